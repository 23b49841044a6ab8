import { UnstyledButton } from '@mantine/core';
import type { NodeDefinitionData } from '@heddle/schemas';
import type { NodeRunView } from '@heddle/schemas/api';
import { CATEGORY_COLORS } from '../theme.ts';
import { JsonView } from '../shared/JsonView.tsx';
import { NodeIcon } from '../shared/NodeIcon.tsx';
import { clockTime, durationText, fullTime } from '../shared/relative-time.ts';
import { StatusPill } from '../shared/StatusPill.tsx';
import { RunMessage } from './RunMessage.tsx';
import { RunWait } from './RunWait.tsx';
import type { TimelineEntry } from './run-timeline.ts';
import classes from './RunTimeline.module.css';

/** One visit of a node: what it is, how it went, its tries, what it sent; opened, also what went in and came out. */
export function TimelineItem({
  entry,
  title,
  definition,
  isSelected,
  onToggle,
  runId,
  onGoOn,
}: {
  entry: TimelineEntry;
  title: string;
  definition: NodeDefinitionData | undefined;
  isSelected: boolean;
  onToggle: () => void;
  runId: string;
  /** Lets the run go on from here; undefined unless it failed here. */
  onGoOn: (() => Promise<unknown>) | undefined;
}) {
  const { last, tries, messages, wait } = entry;
  const [first = last] = tries;
  const { color } = CATEGORY_COLORS[definition?.category ?? 'connect'];
  // A node that ends the run names a way out that it does not have.
  const port =
    last.port === null ? undefined : definition === undefined ? last.port : definition.ports[last.port]?.title;
  const hasBody = messages.length > 0 || wait !== null || last.error !== null || tries.length > 1 || isSelected;
  // A node that failed and tries again is not over.
  const status = wait !== null ? 'suspended' : last.status;
  return (
    <li
      className={classes['item']}
      data-node={entry.node}
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
            <time dateTime={first.startedAt} title={fullTime(first.startedAt)}>
              {clockTime(first.startedAt)}
            </time>
            {last.endedAt !== null && (
              <span>· {durationText(Date.parse(last.endedAt) - Date.parse(first.startedAt))}</span>
            )}
            {tries.length > 1 && <span>· {tries.length} tries</span>}
            {entry.visit > 1 && <span>· visit {entry.visit}</span>}
            {port !== undefined && <span>· left by “{port}”</span>}
          </span>
        </span>
        <StatusPill status={status} size="sm" {...(status === 'succeeded' ? { label: 'Done' } : {})} />
      </UnstyledButton>
      {hasBody && (
        <div className={classes['body']}>
          {tries.length > 1 && <Tries tries={tries} />}
          {messages.map((message) => (
            <RunMessage key={message.id} message={message} knownReason={last.error?.message} onGoOn={onGoOn} />
          ))}
          {wait !== null && <RunWait wait={wait} runId={runId} />}
          {last.error !== null && (
            <div className={classes['error']} role="note">
              <span>{last.error.message}</span>
              <code>{last.error.code}</code>
            </div>
          )}
          {isSelected && <InAndOut nodeRun={last} />}
        </div>
      )}
    </li>
  );
}

/** Each try in a line: when, how long, and why it failed. The last one's error stands in full below. */
function Tries({ tries }: { tries: readonly NodeRunView[] }) {
  return (
    <ol className={classes['tries']} aria-label="Tries" data-testid="tries">
      {tries.map((nodeRun, index) => (
        <li key={nodeRun.id} data-status={nodeRun.status}>
          <span className={classes['tryNumber']}>{index + 1}</span>
          <span>
            <time dateTime={nodeRun.startedAt} title={fullTime(nodeRun.startedAt)}>
              {clockTime(nodeRun.startedAt)}
            </time>{' '}
            {tryWords(nodeRun, tries[index - 1], index === tries.length - 1)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function tryWords({ status, error }: NodeRunView, before: NodeRunView | undefined, isLast: boolean): string {
  if (error !== null) {
    if (isLast) return 'failed';
    return error.message === before?.error?.message ? 'failed for the same reason' : error.message;
  }
  if (status === 'succeeded') return 'worked';
  if (status === 'cancelled') return 'was cancelled';
  return status === 'suspended' ? 'waits' : 'is at work';
}

function InAndOut({ nodeRun }: { nodeRun: NodeRunView }) {
  return (
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
  );
}
