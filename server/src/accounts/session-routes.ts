import { FlowError } from '@heddle/schemas';
import { api, type Session } from '@heddle/schemas/api';
import type { Caller } from '../http/caller.ts';
import type { Deps } from '../http/deps.ts';
import { endpoint, type Route } from '../http/endpoint.ts';

async function describeSession(deps: Deps, caller: Caller): Promise<Session> {
  const [member, workspaces] = await Promise.all([
    deps.accounts.describe(caller.memberId),
    deps.accounts.memberships(caller.memberId),
  ]);
  const workspace = workspaces.find((item) => item.id === caller.workspaceId);
  return {
    member,
    workspace: { id: caller.workspaceId, name: workspace?.name ?? '' },
    // A key belongs to one workspace, whatever else its maker may see.
    workspaces: caller.kind === 'apiKey' ? workspaces.filter((item) => item.id === caller.workspaceId) : workspaces,
    role: caller.role,
    isSandboxOn: deps.settings.isSandboxOn,
    hasAi: deps.settings.openAi.apiKey !== undefined,
  };
}

/** Operations session.* and apiKeys.*. */
export const sessionRoutes: readonly Route[] = [
  endpoint(api.session.get, ({ caller, deps }) => describeSession(deps, caller)),

  endpoint(api.session.switch, async ({ body, caller, deps, headers }) => {
    if (caller.kind === 'apiKey') throw new FlowError('NOT_FOUND', 'An API key belongs to one workspace.');
    await deps.accounts.switchWorkspace(headers, caller.memberId, body.workspaceId);
    const role =
      (await deps.accounts.memberships(caller.memberId)).find((item) => item.id === body.workspaceId)?.role ??
      caller.role;
    return describeSession(deps, { ...caller, workspaceId: body.workspaceId, role });
  }),

  endpoint(api.session.listApiKeys, async ({ caller, deps }) => ({
    items: await deps.accounts.apiKeys.list(caller.workspaceId),
  })),

  endpoint(api.session.createApiKey, ({ body, caller, deps }) =>
    deps.accounts.apiKeys.create(caller.workspaceId, {
      name: body.name,
      role: body.role,
      createdBy: caller.memberId,
      expiresAt: body.expiresAt,
    }),
  ),

  endpoint(api.session.revokeApiKey, async ({ params, caller, deps }) => {
    if (!(await deps.accounts.apiKeys.revoke(caller.workspaceId, params.id)))
      throw new FlowError('NOT_FOUND', `There is no API key ${params.id}.`);
    return {};
  }),
];
