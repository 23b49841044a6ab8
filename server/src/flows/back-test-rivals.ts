import { compileFlow, matchTriggers, RUNTIME_CAPABILITIES, type Program } from '@heddle/engine';
import type { Rival } from '@heddle/engine/backtest';
import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import { toInboundEvent } from './back-test-histories.ts';
import type { BackTestRecords, EventRow, RunRow } from './back-test-records.ts';
import { getVersion } from './flow-row.ts';

/** Flows with equal priority: this one unless the document says otherwise. */
export const DEFAULT_PRIORITY = 50;

/** The other flow that took an event, by event. */
export async function findRivals(
  tx: Tx,
  deps: Deps,
  flowId: string,
  { events, runs }: BackTestRecords,
): Promise<Map<string, Rival>> {
  const rivals = new Map<string, Rival>();
  const programs = new Map<string, Program | null>();
  const ages = await readAges(tx);
  for (const event of events) {
    const taken = event.run_ids.flatMap((id) => runs.get(id) ?? []);
    const other = taken.find((run) => run.flow_id !== flowId);
    if (other === undefined || taken.some((run) => run.flow_id === flowId)) continue;
    if (other.event_id !== event.id) {
      rivals.set(event.id, { kind: 'answered', flowName: other.flow_name });
      continue;
    }
    const key = `${other.flow_id}/${other.flow_version}`;
    if (!programs.has(key)) programs.set(key, await loadProgram(tx, deps, other));
    const program = programs.get(key) ?? null;
    rivals.set(event.id, {
      kind: 'started',
      flowName: other.flow_name,
      priority: program?.document.settings?.priority ?? DEFAULT_PRIORITY,
      specificity: program === null ? 0 : specificityOf(deps, program, other, event),
      liveSinceMs: ages.get(other.flow_id) ?? 0,
    });
  }
  return rivals;
}

/** Since when each flow is live; ties between flows are decided by it. */
export async function readAges(tx: Tx): Promise<Map<string, number>> {
  const { rows } = await sql<{ flow_id: string; at: Date }>`
    select flow_id, min(live_since) as at from heddle.trigger_subscription group by flow_id`.execute(tx);
  return new Map(rows.map((row) => [row.flow_id, row.at.getTime()]));
}

/** Null when the version cannot run any more, since a plugin is gone. */
async function loadProgram(tx: Tx, deps: Deps, run: RunRow): Promise<Program | null> {
  const { document } = await getVersion(tx, run.flow_id, run.flow_version);
  try {
    return compileFlow(document, deps.registry, { capabilities: RUNTIME_CAPABILITIES }).program;
  } catch (error) {
    if (error instanceof FlowError) return null;
    throw error;
  }
}

function specificityOf(deps: Deps, program: Program, run: RunRow, event: EventRow): number {
  const facts = { flowId: run.flow_id, inputs: {}, contact: null, nowMs: event.received_at.getTime() };
  const outcome = matchTriggers(program, deps.registry, toInboundEvent(event), facts).find(
    ({ node }) => node === run.trigger_node,
  );
  return outcome !== undefined && 'specificity' in outcome ? outcome.specificity : 0;
}
