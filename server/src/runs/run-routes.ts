import { api } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { cancelRun } from './cancel-run.ts';
import { decodeCursor, toPage } from './page.ts';
import { retryRun } from './retry-run.ts';
import { getRunSummary, getRunView, readRunRows, toRunSummary } from './run-views.ts';

/** Operations runs.*. */
export const runRoutes: readonly Route[] = [
  endpoint(api.runs.list, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [null];
    const where = sql`(${before}::uuid is null or r.id < ${before}::uuid) and (${query.flowId ?? null}::uuid is null or r.flow_id = ${query.flowId ?? null}::uuid)
      and (${query.status ?? null}::text is null or r.status = ${query.status ?? null})
      and (${query.contactId ?? null}::uuid is null or r.contact_id = ${query.contactId ?? null}::uuid)
      and ${query.parentId === undefined ? sql`r.parent_run_id is null` : sql`r.parent_run_id = ${query.parentId}`}`;
    const rows = await deps.database.withWorkspace(caller.workspaceId, (tx) => readRunRows(tx, where, limit + 1));
    return toPage(rows, limit, (row) => [row.id], toRunSummary);
  }),
  endpoint(api.runs.get, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, (tx) => getRunView(tx, deps.registry, params.id)),
  ),
  endpoint(api.runs.cancel, async ({ params, caller, deps }) => {
    const summary = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await cancelRun(tx, caller.workspaceId, params.id, deps.clock.nowMs());
      return getRunSummary(tx, params.id);
    });
    deps.runtime.wake();
    deps.live.publish(caller.workspaceId, [
      { kind: 'run', id: summary.id, flowId: summary.flowId, status: summary.status },
    ]);
    return summary;
  }),
  endpoint(api.runs.retry, async ({ params, caller, deps }) => {
    const summary = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await retryRun(tx, caller.workspaceId, params.id, deps.clock.nowMs());
      return getRunSummary(tx, params.id);
    });
    deps.live.publish(caller.workspaceId, [
      { kind: 'run', id: summary.id, flowId: summary.flowId, status: summary.status },
    ]);
    return summary;
  }),
];
