import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Indicator,
  Popover,
  Select,
  Stack,
  Switch,
  Text,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import { FAULT_PRESETS, type PersonaReach, type PersonaView } from '@heddle/nodes/instagram-customer';
import { IconAdjustments, IconBolt, IconCheck } from '@tabler/icons-react';
import { durationText } from '../shared/relative-time.ts';
import { useFaults, useSandboxClock, useSandboxSwitches, useThread } from './phone-queries.ts';
import { describeTroubles } from './troubles.ts';
import { usePhoneNowMs } from './PhoneFrame.tsx';
import classes from './PhoneTools.module.css';

interface Props {
  readonly accountId: string;
  readonly persona: PersonaView;
  readonly isDark: boolean;
  onDarkChange(isDark: boolean): void;
  /** Always visible beside the phone, rather than behind a button. */
  readonly isPanel?: boolean;
}

/** What can be switched around the phone: the messaging window, the clock, troubles, the person, the look. */
export function PhoneTools({ isPanel = false, ...props }: Props) {
  const { data: settings } = useFaults();
  const troubles = settings === undefined ? [] : describeTroubles(settings);
  if (isPanel) {
    return (
      <section className={classes['panel']} aria-label="Switches of the practice phone">
        <Tools {...props} />
      </section>
    );
  }
  return (
    <Popover width={320} position="bottom-end" shadow="md" withArrow>
      <Popover.Target>
        <Tooltip label={troubles.length === 0 ? 'Troubles, clock, person' : `Switched on: ${troubles.join('; ')}`}>
          <Indicator disabled={troubles.length === 0} color="orange" size={9} offset={4}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={34}
              aria-label="Switches of the practice phone"
              data-testid="phone-tools"
            >
              <IconAdjustments size={19} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
        <Tools {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Tools({ accountId, persona, isDark, onDarkChange }: Omit<Props, 'isPanel'>) {
  return (
    <Stack gap="lg">
      <MessagingWindow accountId={accountId} personaId={persona.id} />
      <Clock />
      <Troubles />
      <Person persona={persona} />
      <Switch label="Dark phone" checked={isDark} onChange={(event) => onDarkChange(event.currentTarget.checked)} />
    </Stack>
  );
}

function MessagingWindow({ accountId, personaId }: { accountId: string; personaId: string }) {
  const { data: thread } = useThread(accountId, personaId);
  const nowMs = usePhoneNowMs();
  const closesAtMs = thread?.windowClosesAtMs ?? null;
  const isOpen = closesAtMs !== null && closesAtMs > nowMs;
  return (
    <div>
      <h3 className={classes['heading']}>Messaging window</h3>
      <Group gap={8}>
        <Badge color={isOpen ? 'green' : 'gray'} variant="light" radius="xl">
          {isOpen ? 'Open' : closesAtMs === null ? 'Never opened' : 'Closed'}
        </Badge>
        <Text size="sm" c="dimmed">
          {isOpen ? `for ${durationText(closesAtMs - nowMs)} more` : 'The shop may not write first.'}
        </Text>
      </Group>
    </div>
  );
}

const HOUR_MS = 3_600_000;
const JUMPS = [
  { label: '+1 h', ms: HOUR_MS },
  { label: '+23 h', ms: 23 * HOUR_MS },
  { label: '+25 h', ms: 25 * HOUR_MS },
  { label: '+7 days', ms: 168 * HOUR_MS },
];

function Clock() {
  const { data: clock } = useSandboxClock();
  const { advance } = useSandboxSwitches();
  const offsetMs = clock?.offsetMs ?? 0;
  return (
    <div>
      <h3 className={classes['heading']}>Instagram's clock</h3>
      <Text size="xs" c="dimmed" mb={6}>
        {offsetMs > 0 ? `Runs ${durationText(offsetMs)} ahead.` : 'Jump ahead to see windows close and tokens expire.'}{' '}
        Waits in flows keep real time.
      </Text>
      <Button.Group>
        {JUMPS.map((jump) => (
          <Button
            key={jump.label}
            size="xs"
            variant="default"
            loading={advance.isPending && advance.variables === jump.ms}
            onClick={() => advance.mutate(jump.ms)}
          >
            {jump.label}
          </Button>
        ))}
      </Button.Group>
    </div>
  );
}

function Troubles() {
  const { data: settings } = useFaults();
  const { preset, clear } = useSandboxSwitches();
  const troubles = settings === undefined ? [] : describeTroubles(settings);
  return (
    <div>
      <Group justify="space-between" mb={6}>
        <h3 className={classes['heading']} style={{ margin: 0 }}>
          Troubles
        </h3>
        {troubles.length > 0 && (
          <Button
            size="compact-xs"
            variant="light"
            color="green"
            leftSection={<IconCheck size={12} />}
            onClick={() => clear.mutate()}
            loading={clear.isPending}
            data-testid="phone-clear-troubles"
          >
            Back to normal
          </Button>
        )}
      </Group>
      {troubles.length > 0 && (
        <ul className={classes['active']} data-testid="phone-troubles">
          {troubles.map((trouble) => (
            <li key={trouble}>{trouble}</li>
          ))}
        </ul>
      )}
      <div className={classes['presets']}>
        {FAULT_PRESETS.map((item) => (
          <UnstyledButton
            key={item.key}
            className={classes['preset']}
            onClick={() => preset.mutate(item.key)}
            disabled={preset.isPending}
            data-testid={`trouble-${item.key}`}
          >
            <IconBolt size={14} aria-hidden />
            {item.label}
          </UnstyledButton>
        ))}
      </div>
    </div>
  );
}

const REACHES: { value: PersonaReach; label: string }[] = [
  { value: 'ok', label: 'Can be reached' },
  { value: 'blocked', label: 'Blocked the shop' },
  { value: 'unavailable', label: 'Account not available' },
  { value: 'cannot-receive', label: 'Cannot receive messages' },
];

function Person({ persona }: { persona: PersonaView }) {
  const { changePersona } = useSandboxSwitches();
  return (
    <div>
      <h3 className={classes['heading']}>{persona.name}</h3>
      <Stack gap={8}>
        <Switch
          label="Follows the shop"
          checked={persona.followsBusiness}
          onChange={(event) =>
            changePersona.mutate({ id: persona.id, switches: { followsBusiness: event.currentTarget.checked } })
          }
        />
        <Select
          size="xs"
          data={REACHES}
          value={persona.reach}
          allowDeselect={false}
          aria-label="How the person can be reached"
          comboboxProps={{ withinPortal: false }}
          onChange={(reach) => reach !== null && changePersona.mutate({ id: persona.id, switches: { reach } })}
        />
      </Stack>
    </div>
  );
}
