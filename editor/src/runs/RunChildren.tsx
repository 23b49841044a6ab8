import { Text } from '@mantine/core';
import type { RunSummary } from '@heddle/schemas/api';
import { Link } from 'wouter';
import { LoadMore } from '../shared/LoadMore.tsx';
import { durationText } from '../shared/relative-time.ts';
import { RelativeTime } from '../shared/RelativeTime.tsx';
import { statusLabel, StatusPill } from '../shared/StatusPill.tsx';
import { useRunList } from './run-queries.ts';
import classes from './RunTimeline.module.css';

/** The runs that a run started: one per item of a loop, or those of the flows that it called. Nothing when there are none. */
export function RunChildren({ runId, flowId }: { runId: string; flowId: string }) {
  const list = useRunList({ parentId: runId });
  // While another run's list is still shown, these are not its children.
  const children = list.items.filter((child) => child.parent?.runId === runId);
  if (children.length === 0) return null;
  return (
    <section className={classes['children']} aria-label="Runs that this run started" data-testid="run-children">
      <h2>Runs that this run started</h2>
      <Text size="xs" c="dimmed" mb={6}>
        {countWords(children, list.hasNextPage)}
      </Text>
      <ul>
        {children.map((child) => (
          <li key={child.id} data-testid="run-child">
            <Link href={`/runs/${child.id}`} className={classes['child']}>
              <span className={classes['childWords']}>
                <span>
                  {child.flowName}
                  {/* Of a flow that was called there is one. */}
                  {child.parent !== null && child.flowId === flowId && ` · item ${child.parent.index + 1}`}
                </span>
                <span className={classes['meta']}>
                  <RelativeTime at={child.startedAt} />
                  {child.endedAt !== null && (
                    <span>· {durationText(Date.parse(child.endedAt) - Date.parse(child.startedAt))}</span>
                  )}
                  {child.error !== null && <span>· {child.error.message}</span>}
                </span>
              </span>
              <StatusPill status={child.status} size="sm" />
            </Link>
          </li>
        ))}
      </ul>
      <LoadMore pages={list} />
    </section>
  );
}

function countWords(children: readonly RunSummary[], hasMore: boolean): string {
  const counts = [...Map.groupBy(children, (child) => child.status)].map(
    ([status, runs]) => `${runs.length} ${statusLabel(status).toLowerCase()}`,
  );
  return `${hasMore ? 'The newest: ' : ''}${counts.join(', ')}`;
}
