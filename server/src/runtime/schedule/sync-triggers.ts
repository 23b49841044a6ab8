import { compileFlow, type CompiledNode, type DefinitionRegistry } from '@heddle/engine';
import { nextScheduleTick, type ScheduleConfig } from '@heddle/nodes/definitions';
import type { FlowDocument, JsonObject } from '@heddle/schemas';
import type { FlowBindings } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../../database/index.ts';
import { HOST_CAPABILITIES } from '../capabilities.ts';
import { toJsonb } from '../../database/jsonb.ts';

/** Flows with equal priority: this one unless the document says otherwise. */
const DEFAULT_PRIORITY = 50;

/**
 * Makes the subscriptions of a flow what its state says: those of the published version when it is live, none otherwise. Call it in the
 * transaction that publishes, pauses, resumes, deletes or rebinds.
 *
 * @throws FlowError `FLOW_INVALID` when the published version does not compile.
 */
export async function syncTriggers(
  tx: Tx,
  registry: DefinitionRegistry,
  workspaceId: string,
  flowId: string,
  nowMs: number,
): Promise<void> {
  const { rows: kept } = await sql<{ live_since: Date }>`
    delete from heddle.trigger_subscription where workspace_id = ${workspaceId} and flow_id = ${flowId} returning live_since`.execute(
    tx,
  );
  const { rows } = await sql<{
    version: number;
    document: FlowDocument;
    inputs: JsonObject;
    slots: Record<string, string> | null;
  }>`
    select f.published_version as version, v.document, f.inputs,
      (select jsonb_object_agg(b.slot, b.connection_id) from heddle.flow_binding b where b.workspace_id = f.workspace_id and b.flow_id = f.id) as slots
    from heddle.flow f join heddle.flow_version v on v.workspace_id = f.workspace_id and v.flow_id = f.id and v.version = f.published_version
    where f.workspace_id = ${workspaceId} and f.id = ${flowId} and f.state = 'live' and f.deleted_at is null`.execute(
    tx,
  );
  const flow = rows[0];
  if (flow === undefined) return;
  const { program } = compileFlow(flow.document, registry, { capabilities: HOST_CAPABILITIES });
  const bindings: FlowBindings = { connections: flow.slots ?? {}, inputs: flow.inputs };
  // A flow that stays live keeps its age, by which ties between flows are decided.
  const liveSince = kept[0]?.live_since ?? new Date(nowMs);
  const priority = program.document.settings?.priority ?? DEFAULT_PRIORITY;
  for (const node of program.triggers) {
    if (node.isDisabled) continue;
    const schedule = readSchedule(node, nowMs);
    for (const kind of node.definition.events) {
      for (const connectionId of listeningAccounts(node, bindings)) {
        await sql`
          insert into heddle.trigger_subscription
            (workspace_id, flow_id, node, kind, version, node_type, connection_id, priority, live_since, bindings, schedule, next_tick_at)
          values (${workspaceId}, ${flowId}, ${node.id}, ${kind}, ${flow.version}, ${node.definition.type}, ${connectionId}, ${priority}, ${liveSince},
            ${toJsonb(bindings)}::jsonb, ${schedule === null ? null : toJsonb(schedule.config)}::jsonb, ${schedule?.nextAt ?? null})`.execute(
          tx,
        );
      }
    }
  }
}

/** The account a trigger listens to; `[null]` when it needs none; nothing when its slot is empty. */
function listeningAccounts(node: CompiledNode, bindings: FlowBindings): (string | null)[] {
  const [need] = node.definition.connections;
  if (need === undefined) return [null];
  const slot = node.config[need.field];
  const bound = typeof slot === 'string' ? bindings.connections[slot.replace(/^@/, '')] : undefined;
  return bound === undefined || bound === null ? [] : [bound];
}

/** Config and next tick of a schedule trigger, or null for any other. */
function readSchedule(node: CompiledNode, nowMs: number): { config: ScheduleConfig; nextAt: Date } | null {
  if (!node.definition.events.includes('core/schedule') || node.config['repeat'] === undefined) return null;
  // The config was checked against the definition when the flow was compiled.
  const config = node.config as ScheduleConfig;
  return { config, nextAt: new Date(nextScheduleTick(config, nowMs)) };
}
