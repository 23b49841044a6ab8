import { sql } from 'kysely';
import type { Turn } from './turn.ts';

/** When a flow last started for a contact, epoch ms; null: never, or its cool-down was not on then. */
export async function readLastStart(turn: Turn, flowId: string, contactId: string): Promise<number | null> {
  const justNow = turn.journal.pending.flowStarts.get(`${flowId}/${contactId}`)?.atMs;
  if (justNow !== undefined) return justNow;
  const { workspaceId } = turn.claim;
  const { rows } = await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ started_at: Date }>`
      select started_at from heddle.flow_start where workspace_id = ${workspaceId} and flow_id = ${flowId} and contact_id = ${contactId}`.execute(
      tx,
    ),
  );
  return rows[0]?.started_at.getTime() ?? null;
}

/**
 * How many runs of a flow are active, for anybody, and how many starts wait before the next one of this mailbox. Only for flows with a limit.
 * What this turn did is written first, so that it counts; the checkpoint that starts or queues checks once more under a lock.
 *
 * A mailbox keeps the order of what happened, which need not be the order in which its starts were queued. So its next one has the best place
 * of all of them: of other mailboxes those count that came before it, of this one those that were taken already.
 */
export async function countActive(turn: Turn, flowId: string): Promise<{ activeInFlow: number; queuedInFlow: number }> {
  await turn.journal.flush();
  const { workspaceId, subject } = turn.claim;
  const { rows } = await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ active: number; queued: number }>`
      select
        (select count(*)::integer from heddle.run r
          where r.workspace_id = ${workspaceId} and r.flow_id = ${flowId} and r.is_limited and r.status in ('running', 'waiting')) as active,
        (select count(*)::integer from heddle.queued_start q
          where q.workspace_id = ${workspaceId} and q.flow_id = ${flowId} and q.subject <> ${subject} and not exists (
            select from heddle.queued_start mine
            where mine.workspace_id = q.workspace_id and mine.flow_id = q.flow_id and mine.subject = ${subject}
              and (mine.queued_at, mine.event_id) < (q.queued_at, q.event_id))) as queued`.execute(tx),
  );
  const own = turn.queue.filter((queued) => queued.flowId === flowId).length;
  return { activeInFlow: rows[0]?.active ?? 0, queuedInFlow: (rows[0]?.queued ?? 0) + own };
}
