import { FlowError, toErrorRecord, type JsonObject, type RunEvent } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun } from '../turn/turn-state.ts';
import type { FlowCall } from './child-work.ts';

/**
 * Looks up the flow that an event is about to start child runs of, so that they can be made in the same instant as the state that knows
 * them. Call it before `applyEvent` for results of nodes and ends of children.
 */
export async function findCall(turn: Turn, run: LiveRun, event: RunEvent): Promise<void> {
  const name = calledFlow(run, event);
  if (name !== null && !turn.calls.has(name)) turn.calls.set(name, await readCall(turn, name));
}

function calledFlow(run: LiveRun, event: RunEvent): string | null {
  const wait =
    event.kind === 'nodeSuspended'
      ? event.wait
      : event.kind === 'childFinished'
        ? run.snapshot.positions[event.position]?.wait
        : undefined;
  return wait?.kind === 'children' && wait.start.kind === 'flow' ? wait.start.flow : null;
}

/** By id, else by name; of several with one name the oldest. */
async function readCall(turn: Turn, name: string): Promise<FlowCall> {
  const { workspaceId } = turn.claim;
  const { rows } = await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ id: string; version: number; inputs: JsonObject; slots: Record<string, string> | null }>`
      select f.id, f.published_version as version, f.inputs,
        (select jsonb_object_agg(b.slot, b.connection_id) from heddle.flow_binding b where b.workspace_id = f.workspace_id and b.flow_id = f.id) as slots
      from heddle.flow f
      where f.workspace_id = ${workspaceId} and (f.id::text = ${name} or f.name = ${name}) and f.state = 'live' and f.deleted_at is null
      order by (f.id::text = ${name}) desc, f.created_at, f.id limit 1`.execute(tx),
  );
  const [flow] = rows;
  if (flow === undefined) {
    const error = new FlowError('FLOW_NOT_PUBLISHED', `There is no live flow "${name}".`);
    return { kind: 'missing', error: toErrorRecord(error) };
  }
  try {
    const program = await turn.programs.get(workspaceId, flow.id, flow.version);
    return {
      kind: 'live',
      flowId: flow.id,
      version: flow.version,
      program,
      connections: flow.slots ?? {},
      inputs: flow.inputs,
    };
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    return { kind: 'missing', error: toErrorRecord(error) };
  }
}
