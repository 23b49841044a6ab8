import { ActionIcon, Anchor, Button, Group, Text, Tooltip } from '@mantine/core';
import type { RunView } from '@heddle/schemas/api';
import { IconArrowLeft, IconPencil, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { Link } from 'wouter';
import { useHasRole } from '../api/session-queries.ts';
import { ContactName } from '../shared/ContactName.tsx';
import { notifyDone, notifyProblem } from '../shared/notify.tsx';
import { durationText } from '../shared/relative-time.ts';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { StatusPill } from '../shared/StatusPill.tsx';
import { useRunActions } from './run-queries.ts';
import classes from './RunHeader.module.css';

/** Which run this is, how it stands, and what can be done about it. */
export function RunHeader({ run }: { run: RunView }) {
  const { cancel, retry } = useRunActions();
  const isEditor = useHasRole('editor');
  const isActive = run.status === 'running' || run.status === 'waiting';
  const unknown = run.outbox.filter((message) => message.state === 'unknown').length;
  const isPart = run.parent !== null;
  return (
    <header className={classes['header']}>
      <title>{`Run of ${run.flowName} · Heddle`}</title>
      <Tooltip label="All runs">
        <ActionIcon component={Link} href="/runs" variant="subtle" color="gray" size={36} aria-label="Back to all runs">
          <IconArrowLeft size={20} />
        </ActionIcon>
      </Tooltip>
      <div className={classes['words']}>
        <Group gap={8}>
          <h1>{run.flowName}</h1>
          <Text size="sm" c="dimmed">
            Version {run.flowVersion}
          </Text>
          <StatusPill status={run.status} />
        </Group>
        <Group gap={10} c="dimmed" fz="sm">
          {run.contact !== null && <ContactName contact={run.contact} size={20} />}
          {run.parent !== null && (
            <Anchor component={Link} href={`/runs/${run.parent.runId}`} size="sm" data-testid="run-parent">
              part of another run, item {run.parent.index + 1}
            </Anchor>
          )}
          <span>
            started <RelativeTime at={run.startedAt} />
          </span>
          {run.endedAt !== null && (
            <span>took {durationText(Date.parse(run.endedAt) - Date.parse(run.startedAt))}</span>
          )}
        </Group>
      </div>
      <Group gap={8} ml="auto">
        {isEditor && run.status === 'failed' && !isPart && (
          <Tooltip
            label={
              unknown === 0
                ? 'What was sent already is not sent again.'
                : 'First say what became of the message whose outcome is unknown.'
            }
          >
            <Button
              leftSection={<IconRefresh size={16} />}
              loading={retry.isPending}
              {...(unknown === 0 ? {} : { 'data-disabled': true, 'aria-disabled': true })}
              onClick={() =>
                unknown === 0 &&
                retry.mutate(run.id, {
                  onSuccess: () => notifyDone('The run goes on from the node that failed.'),
                  onError: notifyProblem,
                })
              }
              data-testid="run-retry"
            >
              Try again from here
            </Button>
          </Tooltip>
        )}
        {isEditor && isActive && (
          <Tooltip label="Stops here. What was sent stays sent.">
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} />}
              loading={cancel.isPending}
              onClick={() =>
                cancel.mutate(run.id, { onSuccess: () => notifyDone('The run was cancelled.'), onError: notifyProblem })
              }
              data-testid="run-cancel"
            >
              Cancel run
            </Button>
          </Tooltip>
        )}
        <Button variant="default" component={Link} href={`/flows/${run.flowId}`} leftSection={<IconPencil size={16} />}>
          Open flow
        </Button>
      </Group>
    </header>
  );
}
