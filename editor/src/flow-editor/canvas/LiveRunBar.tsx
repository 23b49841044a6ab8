import { ActionIcon, Anchor, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Link } from 'wouter';
import { StatusPill } from '../../shared/StatusPill.tsx';
import type { LiveRun } from '../sync/use-live-run.ts';

/** Whose run is drawn over the canvas, with a way to all its details and a way back to the plain flow. */
export function LiveRunBar({ live }: { readonly live: LiveRun }) {
  const { run, dismiss } = live;
  if (run === undefined) return null;
  return (
    <div className="fe-live-run" role="status" data-testid="live-run" data-status={run.status}>
      <StatusPill status={run.status} size="sm" />
      <Text size="sm" truncate>
        {run.contact === null
          ? 'Run'
          : `Run for ${run.contact.name === '' ? (run.contact.username ?? 'a contact') : run.contact.name}`}
      </Text>
      <Anchor component={Link} href={`/runs/${run.id}`} size="sm">
        Open
      </Anchor>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Hide the run" onClick={dismiss}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}
