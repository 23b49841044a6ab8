import { api } from '@heddle/schemas/api';
import { endpoint, type Route } from '../http/endpoint.ts';
import { decodeCursor, toPage } from '../runs/page.ts';
import { countAttention, markNoticesRead, readNotices } from './notices.ts';

/** Operations attention.* and notices.*. */
export const attentionRoutes: readonly Route[] = [
  endpoint(api.attention.get, ({ caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, (tx) => countAttention(tx, caller.memberId, deps.clock.nowMs())),
  ),
  endpoint(api.attention.notices, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [null];
    const notices = await deps.database.withWorkspace(caller.workspaceId, (tx) =>
      readNotices(tx, deps.registry, {
        memberId: caller.memberId,
        nowMs: deps.clock.nowMs(),
        before: before ?? null,
        limit: limit + 1,
      }),
    );
    return toPage(
      notices,
      limit,
      (notice) => [notice.id],
      (notice) => notice,
    );
  }),
  endpoint(api.attention.read, ({ body, caller, deps }) => {
    const { workspaceId, memberId } = caller;
    const nowMs = deps.clock.nowMs();
    return deps.database.withWorkspace(workspaceId, async (tx) => {
      await markNoticesRead(tx, { workspaceId, memberId, nowMs, ids: body.ids ?? null });
      return countAttention(tx, memberId, nowMs);
    });
  }),
];
