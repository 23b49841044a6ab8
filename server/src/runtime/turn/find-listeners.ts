import type { FlowBindings } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Turn } from './turn.ts';
import type { PendingEvent } from './turn-state.ts';

/** A live flow with at least one trigger for an event. */
export interface Listener {
  readonly flowId: string;
  readonly flowName: string;
  readonly version: number;
  readonly priority: number;
  readonly liveSinceMs: number;
  readonly bindings: FlowBindings;
}

/** Live flows that listen to this kind of event on this account; for an event meant for one flow, that one. Higher priority and age first. */
export async function findListeners(turn: Turn, pending: PendingEvent): Promise<Listener[]> {
  const { workspaceId } = turn.claim;
  const { rows } = await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ flow_id: string; name: string; version: number; priority: number; live_since: Date; bindings: FlowBindings }>`
      select distinct on (t.priority, t.live_since, t.flow_id) t.flow_id, f.name, t.version, t.priority, t.live_since, t.bindings
      from heddle.trigger_subscription t join heddle.flow f on f.workspace_id = t.workspace_id and f.id = t.flow_id
      where t.workspace_id = ${workspaceId} and t.kind = ${pending.event.kind}
        and (t.connection_id is null or t.connection_id = ${pending.connectionId}::uuid)
        and (${pending.target?.flowId ?? null}::uuid is null or t.flow_id = ${pending.target?.flowId ?? null}::uuid)
      order by t.priority desc, t.live_since, t.flow_id`.execute(tx),
  );
  return rows.map((row) => ({
    flowId: row.flow_id,
    flowName: row.name,
    version: row.version,
    priority: row.priority,
    liveSinceMs: row.live_since.getTime(),
    bindings: row.bindings,
  }));
}
