import { Badge } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconHelpCircle,
  IconLoader2,
  IconPlayerPause,
  IconPlugOff,
  IconRefreshAlert,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import classes from './StatusPill.module.css';

interface Look {
  readonly label: string;
  readonly color: string;
  readonly icon: Icon;
  readonly isTurning?: boolean;
}

/** One table for every state that the product shows: the same word, colour and symbol everywhere. */
const LOOKS: Readonly<Record<string, Look>> = {
  // runs and node runs
  running: { label: 'Running', color: 'blue', icon: IconLoader2, isTurning: true },
  waiting: { label: 'Waiting', color: 'yellow', icon: IconClock },
  suspended: { label: 'Waiting', color: 'yellow', icon: IconClock },
  succeeded: { label: 'Finished', color: 'green', icon: IconCheck },
  failed: { label: 'Failed', color: 'red', icon: IconX },
  cancelled: { label: 'Cancelled', color: 'gray', icon: IconBan },
  // inbound events
  pending: { label: 'Pending', color: 'gray', icon: IconCircleDashed },
  processing: { label: 'Processing', color: 'blue', icon: IconLoader2, isTurning: true },
  completed: { label: 'Handled', color: 'green', icon: IconCheck },
  ignored: { label: 'Ignored', color: 'gray', icon: IconBan },
  // outbox
  planned: { label: 'Planned', color: 'gray', icon: IconClock },
  sending: { label: 'Sending', color: 'blue', icon: IconLoader2, isTurning: true },
  sent: { label: 'Sent', color: 'green', icon: IconCheck },
  refused: { label: 'Not sent', color: 'orange', icon: IconBan },
  unknown: { label: 'Outcome unknown', color: 'grape', icon: IconHelpCircle },
  // flows
  draft: { label: 'Draft', color: 'gray', icon: IconCircleDashed },
  live: { label: 'Live', color: 'green', icon: IconCheck },
  paused: { label: 'Paused', color: 'yellow', icon: IconPlayerPause },
  // posts
  scheduled: { label: 'Scheduled', color: 'blue', icon: IconClock },
  publishing: { label: 'Publishing', color: 'blue', icon: IconLoader2, isTurning: true },
  published: { label: 'Published', color: 'green', icon: IconCheck },
  unconfirmed: { label: 'Not certain', color: 'grape', icon: IconHelpCircle },
  // decisions
  approved: { label: 'Approved', color: 'green', icon: IconCheck },
  rejected: { label: 'Rejected', color: 'red', icon: IconX },
  // connections
  connected: { label: 'Connected', color: 'green', icon: IconCheck },
  expiring: { label: 'Expires soon', color: 'yellow', icon: IconRefreshAlert },
  expired: { label: 'Expired', color: 'red', icon: IconRefreshAlert },
  revoked: { label: 'Access removed', color: 'red', icon: IconPlugOff },
  error: { label: 'Needs attention', color: 'red', icon: IconAlertTriangle },
};

/** The word for a state, as the pill shows it. */
export function statusLabel(status: string): string {
  return LOOKS[status]?.label ?? status;
}

/** The theme colour of a state. */
export function statusColor(status: string): string {
  return LOOKS[status]?.color ?? 'gray';
}

/** A state as a coloured pill with a symbol, so that colour is never the only sign. */
export function StatusPill({ status, label, size = 'md' }: { status: string; label?: string; size?: 'sm' | 'md' }) {
  const look: Look = LOOKS[status] ?? { label: status, color: 'gray', icon: IconCircleDashed };
  return (
    <Badge
      variant="light"
      color={look.color}
      radius="xl"
      size={size === 'sm' ? 'sm' : 'md'}
      className={classes['pill']}
      leftSection={
        <look.icon
          size={12}
          stroke={2.4}
          className={look.isTurning === true ? classes['turning'] : undefined}
          aria-hidden
        />
      }
      data-status={status}
    >
      {label ?? look.label}
    </Badge>
  );
}
