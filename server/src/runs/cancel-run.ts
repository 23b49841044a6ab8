import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import { getRunSummary } from './run-views.ts';

/**
 * Ends a run, with every run that it started. A turn that is driving it finds the version moved on with its next checkpoint and gives up; what was sent stays sent.
 *
 * @throws FlowError `NOT_FOUND`, `RUN_NOT_ACTIVE`.
 */
export async function cancelRun(
  tx: Tx,
  workspaceId: string,
  runId: string,
  nowMs: number,
): Promise<{ flowId: string }> {
  await getRunSummary(tx, runId);
  const endedAt = new Date(nowMs);
  const { rows } = await sql<{ flow_id: string; is_body: boolean }>`
    update heddle.run set status = 'cancelled', ended_at = ${endedAt}, snapshot_version = snapshot_version + 1,
      snapshot = snapshot || '{"status":"cancelled","positions":{}}'::jsonb
    where id = ${runId} and status in ('running', 'waiting') returning flow_id, snapshot ? 'body' as is_body`.execute(
    tx,
  );
  const [row] = rows;
  if (row === undefined) throw new FlowError('RUN_NOT_ACTIVE', 'The run has ended already.');
  await sql`
    update heddle.node_run set status = 'cancelled', ended_at = ${endedAt}
    where run_id = ${runId} and id in (select node_run_id from heddle.wait where run_id = ${runId})`.execute(tx);
  await sql`delete from heddle.wait where run_id = ${runId}`.execute(tx);
  await sql`select heddle.after_run_ended(${workspaceId}, ${runId}, ${endedAt})`.execute(tx);
  // The run of a loop's body is no run of the flow.
  if (row.is_body) return { flowId: row.flow_id };
  await sql`
    insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
    values (${workspaceId}, ${row.flow_id}, ${endedAt.toISOString().slice(0, 10)}::date, '', 'cancelled', 0, 1)
    on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + 1`.execute(tx);
  return { flowId: row.flow_id };
}
