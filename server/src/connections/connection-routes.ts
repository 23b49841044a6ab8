import { api } from '@heddle/schemas/api';
import type { Deps } from '../http/deps.ts';
import { endpoint, type Route } from '../http/endpoint.ts';
import { toConnectionView, type ConnectionRow } from './to-connection-view.ts';

const INSTAGRAM = 'instagram';

function view(deps: Deps, row: ConnectionRow) {
  return toConnectionView(row, deps.connections.platformOf(row.platform));
}

/** Operations connections.* and instagram.*. */
export const connectionRoutes: readonly Route[] = [
  endpoint(api.connections.list, async ({ caller, deps }) => ({
    items: (await deps.connections.list(caller.workspaceId)).map((row) => view(deps, row)),
  })),
  endpoint(api.connections.get, async ({ params, caller, deps }) =>
    view(deps, await deps.connections.get(caller.workspaceId, params.id)),
  ),
  endpoint(api.connections.verify, async ({ params, caller, deps }) =>
    view(deps, await deps.connections.verify(caller.workspaceId, params.id)),
  ),
  endpoint(api.connections.refresh, async ({ params, caller, deps }) =>
    view(deps, await deps.connections.refresh(caller.workspaceId, params.id)),
  ),
  endpoint(api.connections.makeDefault, async ({ params, caller, deps }) =>
    view(deps, await deps.connections.makeDefault(caller.workspaceId, params.id)),
  ),
  endpoint(api.connections.disconnect, async ({ params, caller, deps }) => {
    await deps.connections.disconnect(caller.workspaceId, params.id);
    return {};
  }),
  endpoint(api.connections.media, ({ params, query, caller, deps }) =>
    deps.connections.media(caller.workspaceId, params.id, { cursor: query.cursor, limit: query.limit ?? 50 }),
  ),
  endpoint(api.connections.instagramAuthUrl, async ({ caller, deps }) => ({
    url: await deps.connections.authorizeUrl(caller, INSTAGRAM),
  })),
  endpoint(api.connections.instagramConnection, async ({ caller, deps }) => {
    const found = (await deps.connections.list(caller.workspaceId)).find(
      (row) => row.platform === INSTAGRAM && row.is_default,
    );
    return { connection: found === undefined ? null : view(deps, found) };
  }),
];
