import type { FlowSummary, NodeStats } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

/** What was counted for each node of a flow in the last `days` days, and how many runs wait there now. By node id. */
export async function readFlowStats(
  tx: Tx,
  flowId: string,
  days: number,
  nowMs: number,
): Promise<Record<string, NodeStats>> {
  const { rows: counts } = await sql<{ node: string; what: string; amount: number }>`
    select node, what, sum(amount)::float8 as amount from heddle.node_counter
    where flow_id = ${flowId} and node <> '' and day > ${firstDay(days, nowMs)}::date group by node, what`.execute(tx);
  const { rows: waits } = await sql<{ node: string; amount: number }>`
    select node, count(*)::int as amount from heddle.wait where flow_id = ${flowId} group by node`.execute(tx);
  const stats: Record<string, NodeStats> = {};
  const of = (node: string): NodeStats => (stats[node] ??= { passed: 0, waiting: 0, failed: 0, sent: 0, ports: {} });
  for (const { node, what, amount } of counts) {
    const numbers = of(node);
    if (what === 'failed' || what === 'sent') numbers[what] += amount;
    else if (what.startsWith('port:')) {
      numbers.ports[what.slice(5)] = amount;
      numbers.passed += amount;
    }
  }
  for (const { node, amount } of waits) of(node).waiting = amount;
  return stats;
}

/** Numbers of the last 7 days for flow lists. Flows without any are given zeros. */
export async function readRecentCounts(
  tx: Tx,
  flowIds: readonly string[],
  nowMs: number,
): Promise<Map<string, FlowSummary['recent']>> {
  const recent = new Map(flowIds.map((id) => [id, { runs: 0, failed: 0, waiting: 0, sent: 0 }]));
  if (flowIds.length === 0) return recent;
  const { rows: counts } = await sql<{ flow_id: string; what: string; amount: number }>`
    select flow_id, what, sum(amount)::float8 as amount from heddle.node_counter
    where flow_id = any(${flowIds}::uuid[]) and node = '' and day > ${firstDay(7, nowMs)}::date group by flow_id, what`.execute(
    tx,
  );
  const { rows: waiting } = await sql<{ flow_id: string; amount: number }>`
    select flow_id, count(distinct run_id)::int as amount from heddle.wait where flow_id = any(${flowIds}::uuid[]) group by flow_id`.execute(
    tx,
  );
  for (const { flow_id: flowId, what, amount } of counts) {
    const numbers = recent.get(flowId);
    if (numbers === undefined) continue;
    if (what === 'started') numbers.runs = amount;
    else if (what === 'failed' || what === 'sent') numbers[what] = amount;
  }
  for (const { flow_id: flowId, amount } of waiting) {
    const numbers = recent.get(flowId);
    if (numbers !== undefined) numbers.waiting = amount;
  }
  return recent;
}

/** The day before the first one that counts. */
function firstDay(days: number, nowMs: number): string {
  return new Date(nowMs - days * 86_400_000).toISOString().slice(0, 10);
}
