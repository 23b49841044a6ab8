import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import { bindEmptySlots, writeBindings } from '../flows/bindings.ts';
import { createFlow } from '../flows/create-flow.ts';
import { lockFlow } from '../flows/flow-row.ts';
import { publishFlow } from '../flows/publish-flow.ts';
import type { Caller, Deps } from '../http/deps.ts';

const TEMPLATE = 'catalog-sync';

/**
 * The live flow that scans this account by hand: the newest one of the workspace, or a new one from the shipped template. Members may
 * change it like any flow; the button goes on using it.
 */
export async function getSyncFlow(deps: Deps, caller: Caller, connectionId: string): Promise<string> {
  const known = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select f.id from heddle.flow f
      join heddle.flow_version v on v.workspace_id = f.workspace_id and v.flow_id = f.id and v.version = f.published_version
      where f.state = 'live' and f.deleted_at is null
        and exists (select from heddle.flow_binding b where b.workspace_id = f.workspace_id and b.flow_id = f.id and b.connection_id = ${connectionId}::uuid)
        and jsonb_path_exists(v.document::jsonb, '$.nodes.*.type ? (@ == "catalog/scan-media")')
        and jsonb_path_exists(v.document::jsonb, '$.nodes.*.type ? (@ == "core/manual")')
      order by f.id desc limit 1`.execute(tx);
    return rows[0]?.id;
  });
  if (known !== undefined) return known;
  const template = deps.templates.find((item) => item.id === TEMPLATE);
  if (template === undefined) throw new FlowError('NOT_FOUND', `There is no template "${TEMPLATE}".`);
  const { template: _gallery, ...document } = template.document;
  const { id } = await createFlow(deps, caller, document);
  await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
    const flow = await lockFlow(tx, id);
    const { inputs } = await bindEmptySlots(tx, flow);
    await writeBindings(tx, flow, {
      connections: Object.fromEntries(Object.keys(document.connections ?? {}).map((slot) => [slot, connectionId])),
      inputs,
    });
    // The tests of a template are run with the template.
    await publishFlow(tx, deps, caller, id, { note: 'Made by the Catalog page', evenIfTestsFail: true });
  });
  return id;
}
