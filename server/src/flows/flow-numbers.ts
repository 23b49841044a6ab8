import type { FlowSummary, NodeStats } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

const RECENT_DAYS = 7;

/** Counts of the last 7 days per flow, for the list. Flows without any are absent. */
export async function recentCounts(tx: Tx, flowIds: readonly string[]): Promise<Map<string, FlowSummary['recent']>> {
  if (flowIds.length === 0) return new Map();
  const { rows } = await sql<{ flow_id: string; runs: number; failed: number; waiting: number; sent: number }>`
    select f.id as flow_id,
      (select coalesce(sum(c.amount) filter (where c.node = '' and c.what = 'started'), 0)::int from heddle.node_counter c where c.workspace_id = f.workspace_id and c.flow_id = f.id and c.day > current_date - ${RECENT_DAYS}::int) as runs,
      (select coalesce(sum(c.amount) filter (where c.node = '' and c.what = 'failed'), 0)::int from heddle.node_counter c where c.workspace_id = f.workspace_id and c.flow_id = f.id and c.day > current_date - ${RECENT_DAYS}::int) as failed,
      (select coalesce(sum(c.amount) filter (where c.what = 'sent'), 0)::int from heddle.node_counter c where c.workspace_id = f.workspace_id and c.flow_id = f.id and c.day > current_date - ${RECENT_DAYS}::int) as sent,
      (select count(distinct w.run_id)::int from heddle.wait w where w.workspace_id = f.workspace_id and w.flow_id = f.id) as waiting
    from heddle.flow f where f.id = any(${[...flowIds]}::uuid[])`.execute(tx);
  return new Map(rows.map(({ flow_id, ...recent }) => [flow_id, recent]));
}

/** Numbers per node for a period of whole days, today included. */
export async function nodeStats(tx: Tx, flowId: string, days: number): Promise<Record<string, NodeStats>> {
  const counted = await sql<{ node: string; what: string; amount: number }>`
    select c.node, c.what, sum(c.amount)::int as amount from heddle.node_counter c
    where c.flow_id = ${flowId} and c.day > current_date - ${days}::int and c.node <> '' group by c.node, c.what order by c.node, c.what`.execute(tx);
  const waits = await sql<{ node: string; amount: number }>`
    select w.node, count(*)::int as amount from heddle.wait w where w.flow_id = ${flowId} group by w.node`.execute(tx);
  const nodes: Record<string, NodeStats> = {};
  const of = (node: string): NodeStats => (nodes[node] ??= { passed: 0, waiting: 0, failed: 0, sent: 0, ports: {} });
  for (const { node, what, amount } of counted.rows) {
    const stats = of(node);
    if (what.startsWith('port:')) {
      stats.ports[what.slice('port:'.length)] = amount;
      stats.passed += amount;
    } else if (what === 'failed') stats.failed = amount;
    else if (what === 'sent') stats.sent = amount;
  }
  for (const { node, amount } of waits.rows) of(node).waiting = amount;
  return nodes;
}
