import { Button, Menu, Stack, Text, Tooltip } from '@mantine/core';
import type { OutboxView } from '@heddle/schemas/api';
import { IconCheck, IconChevronDown, IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useHasRole } from '../api/session-queries.ts';
import { ContactName } from '../shared/ContactName.tsx';
import { aboveRowClass, rowLinkClass } from '../shared/DataTable.tsx';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { ACTION_TITLES } from './action-titles.ts';
import { useSettle } from './outbox-queries.ts';

/** One message: its words, person, state with the reason, and where it came from. */
export function OutboxRow({ row }: { row: OutboxView }) {
  const isEditor = useHasRole('editor');
  return (
    <tr data-testid="outbox-row" data-state={row.state}>
      <td>
        <Text size="xs" c="dimmed" lh={1.3}>
          {ACTION_TITLES[row.kind] ?? row.kind}
        </Text>
        {row.runId === null ? (
          <Text size="sm" lineClamp={2}>
            {row.summary}
          </Text>
        ) : (
          <Link href={`/runs/${row.runId}`} className={rowLinkClass}>
            <Text size="sm" span fw={500} lineClamp={2}>
              {row.summary === '' ? '(no text)' : row.summary}
            </Text>
          </Link>
        )}
        {row.reason !== null && (
          <Text size="xs" c={row.state === 'failed' ? 'red' : 'dimmed'} mt={2}>
            {row.reason}
          </Text>
        )}
      </td>
      <td>
        <ContactName contact={row.contact} />
      </td>
      <td>
        <Stack gap={6} align="flex-start">
          <StatusPill status={row.state} />
          {row.state === 'unknown' && isEditor && <SettleMenu id={row.id} />}
        </Stack>
      </td>
      <td>
        <Text size="sm" truncate maw={220}>
          {row.flowName}
        </Text>
        <Text size="xs" c="dimmed">
          {row.node}
        </Text>
      </td>
      <td>
        <Text size="sm" c="dimmed" component="span" className={aboveRowClass} style={{ whiteSpace: 'nowrap' }}>
          <RelativeTime at={row.createdAt} />
        </Text>
      </td>
    </tr>
  );
}

function SettleMenu({ id }: { id: string }) {
  const settle = useSettle();
  const say = (outcome: 'sent' | 'failed') =>
    settle.mutate(
      { id, outcome },
      {
        onSuccess: () => notifyDone(outcome === 'sent' ? 'Noted: it arrived.' : 'Noted: it did not arrive.'),
        onError: notifyProblem,
      },
    );
  return (
    <div className={aboveRowClass}>
      <Menu position="bottom-start" width={230}>
        <Menu.Target>
          <Tooltip label="Look at the conversation first: Heddle never sends it again by itself.">
            <Button
              size="compact-sm"
              variant="light"
              color="grape"
              rightSection={<IconChevronDown size={14} />}
              loading={settle.isPending}
              data-testid="settle"
            >
              Settle
            </Button>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCheck size={16} />} onClick={() => say('sent')}>
            It did arrive
          </Menu.Item>
          <Menu.Item leftSection={<IconX size={16} />} onClick={() => say('failed')}>
            It did not arrive
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
