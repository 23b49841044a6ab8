import { FlowError } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { getOutboxView, readOutboxRows, toOutboxView } from './outbox-views.ts';
import { decodeCursor, escapeLike, toPage } from './page.ts';

/** Operations outbox.*. */
export const outboxRoutes: readonly Route[] = [
  endpoint(api.runs.outbox, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [null];
    const search = query.search ? `%${escapeLike(query.search)}%` : null;
    const where = sql`(${before}::uuid is null or o.id < ${before}::uuid) and (${query.state ?? null}::text is null or o.state = ${query.state ?? null})
      and (${query.flowId ?? null}::uuid is null or o.flow_id = ${query.flowId ?? null}::uuid)
      and (${query.contactId ?? null}::uuid is null or o.contact_id = ${query.contactId ?? null}::uuid)
      and (${query.runId ?? null}::uuid is null or o.run_id = ${query.runId ?? null}::uuid)
      and (${search}::text is null or o.summary ilike ${search} or c.name ilike ${search} or c.username ilike ${search})`;
    const rows = await deps.database.withWorkspace(caller.workspaceId, (tx) => readOutboxRows(tx, where, limit + 1));
    return toPage(rows, limit, (row) => [row.id], toOutboxView);
  }),
  endpoint(api.runs.settle, async ({ params, body, caller, deps }) => {
    const view = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const found = await getOutboxView(tx, params.id);
      const reason = body.outcome === 'sent' ? 'A member saw that it arrived.' : 'A member saw that it did not arrive.';
      const { rows } = await sql`
        update heddle.outbox set state = ${body.outcome}, reason = ${reason}, settled_at = ${new Date(deps.clock.nowMs())}
        where id = ${params.id} and state = 'unknown' returning id`.execute(tx);
      if (rows.length === 0)
        throw new FlowError(
          'REQUEST_INVALID',
          `The message is "${found.state}"; only one whose outcome is unknown can be settled.`,
        );
      return getOutboxView(tx, params.id);
    });
    deps.live.publish(caller.workspaceId, [{ kind: 'outbox', id: params.id, runId: view.runId }]);
    return view;
  }),
];
