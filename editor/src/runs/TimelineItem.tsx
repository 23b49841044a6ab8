import { UnstyledButton } from '@mantine/core';
import type { NodeDefinitionData } from '@heddle/schemas';
import type { OutboxView } from '@heddle/schemas/api';
import { IconClock } from '@tabler/icons-react';
import { CATEGORY_COLORS } from '../theme.ts';
import { JsonView } from '../shared/JsonView.tsx';
import { NodeIcon } from '../shared/NodeIcon.tsx';
import { useNowMs } from '../shared/RelativeTime.tsx';
import { clockTime, durationText, fullTime, relativeTime } from '../shared/relative-time.ts';
import { StatusPill } from '../shared/StatusPill.tsx';
import { ACTION_TITLES } from '../activity/action-titles.ts';
import type { TimelineEntry, TimelineWait } from './run-timeline.ts';
import classes from './RunTimeline.module.css';

/** One node run: what it is, how it went, what it sent; opened, also what went in and came out. */
export function TimelineItem({
  entry,
  title,
  definition,
  isSelected,
  onToggle,
}: {
  entry: TimelineEntry;
  title: string;
  definition: NodeDefinitionData | undefined;
  isSelected: boolean;
  onToggle: () => void;
}) {
  const { nodeRun, messages, wait } = entry;
  const { color } = CATEGORY_COLORS[definition?.category ?? 'connect'];
  const port = nodeRun.port === null ? undefined : (definition?.ports[nodeRun.port]?.title ?? nodeRun.port);
  return (
    <li
      className={classes['item']}
      data-node={nodeRun.node}
      data-selected={isSelected || undefined}
      data-testid="node-run"
    >
      <UnstyledButton className={classes['head']} onClick={onToggle} aria-expanded={isSelected}>
        <span
          className={classes['symbol']}
          style={{ color, background: `color-mix(in srgb, ${color} 14%, transparent)` }}
        >
          <NodeIcon name={definition?.icon} />
        </span>
        <span>
          <span className={classes['title']} style={{ display: 'block' }}>
            {title}
          </span>
          <span className={classes['meta']}>
            <time dateTime={nodeRun.startedAt} title={fullTime(nodeRun.startedAt)}>
              {clockTime(nodeRun.startedAt)}
            </time>
            {nodeRun.endedAt !== null && (
              <span>· {durationText(Date.parse(nodeRun.endedAt) - Date.parse(nodeRun.startedAt))}</span>
            )}
            {nodeRun.attempt > 1 && <span>· try {nodeRun.attempt}</span>}
            {nodeRun.visit > 1 && <span>· visit {nodeRun.visit}</span>}
            {port !== undefined && <span>· left by “{port}”</span>}
          </span>
        </span>
        <StatusPill status={nodeRun.status} size="sm" {...(nodeRun.status === 'succeeded' ? { label: 'Done' } : {})} />
      </UnstyledButton>
      {(messages.length > 0 || wait !== null || nodeRun.error !== null || isSelected) && (
        <div className={classes['body']}>
          {messages.map((message) => (
            <SentMessage key={message.id} message={message} knownReason={nodeRun.error?.message} />
          ))}
          {wait !== null && <WaitNote wait={wait} />}
          {nodeRun.error !== null && (
            <div className={classes['error']} role="note">
              <span>{nodeRun.error.message}</span>
              <code>{nodeRun.error.code}</code>
            </div>
          )}
          {isSelected && (
            <>
              <p className={classes['label']}>Came in</p>
              <JsonView value={nodeRun.input} label="what came in" />
              {nodeRun.output !== null && (
                <>
                  <p className={classes['label']}>Went out</p>
                  <JsonView value={nodeRun.output} label="what went out" />
                </>
              )}
              {nodeRun.error?.details !== undefined && (
                <>
                  <p className={classes['label']}>Error details</p>
                  <JsonView value={nodeRun.error.details} label="error details" />
                </>
              )}
            </>
          )}
        </div>
      )}
    </li>
  );
}

/** `knownReason` is said by the node's own error and not repeated. */
function SentMessage({ message, knownReason }: { message: OutboxView; knownReason: string | undefined }) {
  return (
    <div className={classes['message']} data-testid="run-message">
      <div className={classes['messageHead']}>
        <span>{ACTION_TITLES[message.kind] ?? message.kind}</span>
        <StatusPill status={message.state} size="sm" />
      </div>
      <span>{message.summary}</span>
      {message.reason !== null && message.reason !== knownReason && (
        <span className={classes['meta']}>{message.reason}</span>
      )}
    </div>
  );
}

const WAIT_WORDS: Readonly<Record<TimelineWait['kind'], string>> = {
  reply: 'Waiting for a reply',
  time: 'Waiting',
  retry: 'Tries again',
  other: 'Waiting',
};

function WaitNote({ wait }: { wait: TimelineWait }) {
  const now = useNowMs();
  const until = wait.untilMs === null ? null : new Date(wait.untilMs).toISOString();
  const words =
    until === null
      ? ''
      : wait.kind === 'retry'
        ? ` ${relativeTime(until, now)}`
        : ` until ${fullTime(until)} (${relativeTime(until, now)})`;
  return (
    <div className={classes['wait']} data-testid="run-wait">
      <IconClock size={16} aria-hidden />
      <span>
        {WAIT_WORDS[wait.kind]}
        {words}
      </span>
    </div>
  );
}
