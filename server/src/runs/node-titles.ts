import type { DefinitionRegistry } from '@heddle/engine';
import { sql } from 'kysely';
import type { Tx } from '../database/index.ts';

/**
 * What people call nodes: the label in the published version of the flow, or in the draft; else the title of the node's type; else its id.
 *
 * @param nodes Those that will be asked for; without a flow, or of a flow that is gone, the id is all there is.
 */
export async function readNodeTitles(
  tx: Tx,
  registry: DefinitionRegistry,
  nodes: readonly { readonly flowId: string | null; readonly node: string }[],
): Promise<(flowId: string | null, node: string) => string> {
  const wanted = new Map(
    nodes.flatMap(({ flowId, node }) =>
      flowId === null || node === '' ? [] : [[`${flowId}/${node}`, { flowId, node }]],
    ),
  );
  const titles = new Map<string, string>();
  if (wanted.size > 0) {
    const { rows } = await sql<{ flow_id: string; node: string; label: string | null; type: string | null }>`
      select n.flow_id, n.node, found.item ->> 'label' as label, found.item ->> 'type' as type
      from unnest(${[...wanted.values()].map(({ flowId }) => flowId)}::uuid[], ${[...wanted.values()].map(({ node }) => node)}::text[]) as n(flow_id, node)
      join heddle.flow f on f.id = n.flow_id
      left join heddle.flow_version v on v.workspace_id = f.workspace_id and v.flow_id = f.id and v.version = f.published_version
      cross join lateral (select coalesce(v.document -> 'nodes' -> n.node, f.draft -> 'nodes' -> n.node) as item) found`.execute(
      tx,
    );
    for (const { flow_id: flowId, node, label, type } of rows)
      titles.set(`${flowId}/${node}`, label || (type === null ? undefined : registry.find(type)?.title) || node);
  }
  return (flowId, node) => titles.get(`${flowId}/${node}`) ?? node;
}
