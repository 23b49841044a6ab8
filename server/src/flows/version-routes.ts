import { api } from '@heddle/schemas/api';
import type { Caller } from '../http/caller.ts';
import type { Deps } from '../http/deps.ts';
import { endpoint, type Route } from '../http/endpoint.ts';
import type { Tx } from '../database/index.ts';
import { getFlow, getVersion, lockFlow, saveDraft, type FlowRow } from './flow-row.ts';
import { toFlowView } from './flow-view.ts';
import { publishFlow, setFlowState } from './publish-flow.ts';

/** Changes a flow in one transaction, tells the open pages, and shows it. */
async function changeFlow(deps: Deps, caller: Caller, change: (tx: Tx) => Promise<FlowRow>) {
  const view = await deps.database.withWorkspace(caller.workspaceId, async (tx) =>
    toFlowView(tx, deps, await change(tx)),
  );
  deps.live.publish(caller.workspaceId, [{ kind: 'flow', id: view.id, draftRevision: view.draftRevision }]);
  return view;
}

/** Operations on published versions. */
export const versionRoutes: readonly Route[] = [
  endpoint(api.flows.publish, ({ params, body, caller, deps }) =>
    changeFlow(deps, caller, (tx) => publishFlow(tx, deps, caller, params.id, body)),
  ),
  endpoint(api.flows.pause, ({ params, caller, deps }) =>
    changeFlow(deps, caller, (tx) => setFlowState(tx, deps, caller, params.id, 'paused')),
  ),
  endpoint(api.flows.resume, ({ params, caller, deps }) =>
    changeFlow(deps, caller, (tx) => setFlowState(tx, deps, caller, params.id, 'live')),
  ),

  endpoint(api.flows.versions, async ({ params, caller, deps }) => {
    const { flow, rows } = await deps.database.withWorkspace(caller.workspaceId, async (tx) => ({
      flow: await getFlow(tx, params.id),
      rows: await tx
        .selectFrom('heddle.flow_version')
        .select(['version', 'published_at', 'published_by', 'note'])
        .where('flow_id', '=', params.id)
        .orderBy('version', 'desc')
        .execute(),
    }));
    const names = new Map<string, string>();
    for (const id of new Set(rows.map((row) => row.published_by)))
      names.set(id, (await deps.accounts.describe(id)).name);
    return {
      items: rows.map((row) => ({
        version: row.version,
        publishedAt: row.published_at.toISOString(),
        publishedBy: names.get(row.published_by) ?? '',
        note: row.note,
        isLive: flow.state === 'live' && flow.published_version === row.version,
      })),
    };
  }),

  endpoint(api.flows.version, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await getFlow(tx, params.id);
      const { version, document } = await getVersion(tx, params.id, Number(params.version));
      return { version, document };
    }),
  ),

  endpoint(api.flows.rollBack, ({ params, caller, deps }) =>
    changeFlow(deps, caller, async (tx) => {
      const flow = await lockFlow(tx, params.id);
      const { document } = await getVersion(tx, params.id, Number(params.version));
      return saveDraft(tx, deps, flow, document);
    }),
  ),
];
