import { Button, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown, IconSend2, IconX } from '@tabler/icons-react';
import { aboveRowClass } from '../shared/DataTable.tsx';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { useSettle } from './outbox-queries.ts';

/**
 * A person says what became of a message whose outcome is unknown.
 *
 * @param onGoOn Lets the run go on from this message: it failed here. Then the message can be sent again, or the run goes on behind it.
 */
export function SettleMenu({ id, onGoOn }: { id: string; onGoOn?: (() => Promise<unknown>) | undefined }) {
  const settle = useSettle();
  const say = async (outcome: 'sent' | 'failed', done: string, goOn?: () => Promise<unknown>) => {
    try {
      await settle.mutateAsync({ id, outcome });
      await goOn?.();
      notifyDone(done);
    } catch (error) {
      notifyProblem(error);
    }
  };
  return (
    <div className={aboveRowClass}>
      <Menu position="bottom-start" width={270}>
        <Menu.Target>
          <Button
            size="compact-sm"
            variant="light"
            color="grape"
            rightSection={<IconChevronDown size={14} />}
            loading={settle.isPending}
            data-testid="settle"
          >
            What became of it?
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            Look at the conversation first: Heddle never sends it again by itself, because it would arrive twice.
          </Menu.Label>
          <Menu.Item
            leftSection={<IconCheck size={16} />}
            onClick={() =>
              void say(
                'sent',
                onGoOn === undefined ? 'Noted: it arrived.' : 'Noted: it arrived. The run goes on.',
                onGoOn,
              )
            }
            data-testid="settle-sent"
          >
            It arrived
            {onGoOn !== undefined && <Hint>The run goes on behind it.</Hint>}
          </Menu.Item>
          {onGoOn !== undefined && (
            <Menu.Item
              leftSection={<IconSend2 size={16} />}
              onClick={() => void say('failed', 'It is being sent again.', onGoOn)}
              data-testid="settle-again"
            >
              It did not arrive: send it again
              <Hint>The run goes on from here.</Hint>
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconX size={16} />}
            onClick={() => void say('failed', 'Noted: it did not arrive.')}
            data-testid="settle-failed"
          >
            {onGoOn === undefined ? 'It did not arrive' : 'It did not arrive: leave it'}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function Hint({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed" lh={1.3}>
      {children}
    </Text>
  );
}
