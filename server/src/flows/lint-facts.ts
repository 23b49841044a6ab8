import { fillTriggerConfig, migrateConfig, type DefinitionRegistry } from '@heddle/engine';
import { FlowError, type FlowDocument, type FlowNode, type JsonObject } from '@heddle/schemas';
import type { FlowLintFacts } from '@heddle/schemas/api';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';
import type { Deps } from '../http/deps.ts';
import { HOST_CAPABILITIES } from '../runtime/index.ts';
import type { FlowRow } from './flow-row.ts';

interface LiveTrigger {
  readonly flow_id: string;
  readonly name: string;
  readonly priority: number;
  readonly live_since: Date;
  readonly connection_id: string | null;
  readonly node: FlowNode;
  readonly inputs: FlowDocument['inputs'] | null;
  readonly given: JsonObject;
}

/** What the linter needs beside the draft: what the other live flows of the workspace start on, and since when this one is live. */
export async function readLintFacts(tx: Tx, deps: Deps, flow: FlowRow): Promise<FlowLintFacts> {
  const { rows: own } = await sql<{ live_since: Date | null }>`
    select min(live_since) as live_since from heddle.trigger_subscription where flow_id = ${flow.id}`.execute(tx);
  // A trigger has one subscription per kind of event; its config is the same in all.
  const { rows: others } = await sql<LiveTrigger>`
    select distinct on (s.live_since, s.flow_id, s.node, s.connection_id)
      s.flow_id, f.name, s.priority, s.live_since, s.connection_id,
      v.document -> 'nodes' -> s.node as node, v.document -> 'inputs' as inputs, s.bindings -> 'inputs' as given
    from heddle.trigger_subscription s
    join heddle.flow f on f.workspace_id = s.workspace_id and f.id = s.flow_id
    join heddle.flow_version v on v.workspace_id = s.workspace_id and v.flow_id = s.flow_id and v.version = s.version
    where s.flow_id <> ${flow.id} and s.connection_id is not null
    order by s.live_since, s.flow_id, s.node, s.connection_id`.execute(tx);
  const liveSince = own[0]?.live_since ?? null;
  return {
    capabilities: [...HOST_CAPABILITIES],
    ...(liveSince === null ? {} : { liveSinceMs: liveSince.getTime() }),
    otherFlows: [...Map.groupBy(others, (row) => row.flow_id)].flatMap(([id, rows]) => {
      const [first] = rows;
      if (first === undefined) return [];
      return [
        {
          id,
          name: first.name,
          priority: first.priority,
          liveSinceMs: first.live_since.getTime(),
          triggers: rows.map((row) => toTrigger(row, deps.registry)),
        },
      ];
    }),
  };
}

/** As it listens: brought to the newest version of its node type, with its inputs. */
function toTrigger(
  row: LiveTrigger,
  registry: DefinitionRegistry,
): FlowLintFacts['otherFlows'][number]['triggers'][number] {
  const { type } = row.node;
  const definition = registry.find(type);
  return {
    type,
    config:
      definition === undefined
        ? row.node.config
        : fillTriggerConfig(definition, newestConfig(definition, row.node), row.inputs ?? {}, row.given),
    ...(row.connection_id === null ? {} : { connectionId: row.connection_id }),
  };
}

/** A version that was published before a plugin was taken back keeps its config. */
function newestConfig(definition: Parameters<typeof migrateConfig>[0], node: FlowNode): JsonObject {
  try {
    return migrateConfig(definition, node.v, node.config);
  } catch (error) {
    if (error instanceof FlowError) return node.config;
    throw error;
  }
}
