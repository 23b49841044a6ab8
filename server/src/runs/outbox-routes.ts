import { FlowError } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { getOutboxView, readOutboxRows, toOutboxViews } from './outbox-views.ts';
import { decodeCursor, escapeLike, toPage } from './page.ts';

/** Operations outbox.*. */
export const outboxRoutes: readonly Route[] = [
  endpoint(api.runs.outbox, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [null];
    const search = query.search ? `%${escapeLike(query.search)}%` : null;
    const where = sql`(${before}::uuid is null or o.id < ${before}::uuid) and (${query.state ?? null}::text is null or o.state = ${query.state ?? null})
      and (${query.kind ?? null}::text is null or o.kind = ${query.kind ?? null})
      and (${query.flowId ?? null}::uuid is null or o.flow_id = ${query.flowId ?? null}::uuid)
      and (${query.contactId ?? null}::uuid is null or o.contact_id = ${query.contactId ?? null}::uuid)
      and (${query.runId ?? null}::uuid is null or o.run_id = ${query.runId ?? null}::uuid)
      and (${search}::text is null or o.summary ilike ${search} or c.name ilike ${search} or c.username ilike ${search})`;
    const views = await deps.database.withWorkspace(caller.workspaceId, async (tx) =>
      toOutboxViews(tx, deps.registry, await readOutboxRows(tx, where, limit + 1)),
    );
    return toPage(
      views,
      limit,
      (view) => [view.id],
      (view) => view,
    );
  }),
  endpoint(api.runs.settle, async ({ params, body, caller, deps }) => {
    const { name } = await deps.accounts.describe(caller.memberId);
    const who = name === '' ? 'A member' : name;
    const reason = body.outcome === 'sent' ? `${who} saw that it arrived.` : `${who} saw that it did not arrive.`;
    const view = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const found = await getOutboxView(tx, deps.registry, params.id);
      const { rows } = await sql`
        update heddle.outbox set state = ${body.outcome}, reason = ${reason}, settled_at = ${new Date(deps.clock.nowMs())}
        where id = ${params.id} and state = 'unknown' returning id`.execute(tx);
      if (rows.length === 0)
        throw new FlowError(
          'SEND_NOT_UNKNOWN',
          `The message is "${found.state}"; only one whose outcome is unknown can be settled.`,
        );
      return getOutboxView(tx, deps.registry, params.id);
    });
    deps.live.publish(caller.workspaceId, [{ kind: 'outbox', id: params.id, runId: view.runId }]);
    return view;
  }),
];
