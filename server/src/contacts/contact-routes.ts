import { FlowError, type JsonObject } from '@heddle/schemas';
import { api, type ContactView } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { decodeCursor, escapeLike, toPage } from '../runs/page.ts';

interface ContactRow {
  readonly id: string;
  readonly platform: string;
  readonly platform_id: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly tags: string[];
  readonly fields: JsonObject;
  readonly is_opted_out: boolean;
  readonly taken_over_until: Date | null;
  readonly last_inbound_at: Date | null;
  readonly created_at: Date;
  readonly sort_key: string;
}

const columns = sql`id, platform, platform_id, username, name, tags, fields, is_opted_out, taken_over_until, last_inbound_at, created_at, last_event_at::text as sort_key`;

function toView(row: ContactRow): ContactView {
  return {
    id: row.id,
    platform: row.platform,
    platformId: row.platform_id,
    username: row.username,
    name: row.name,
    tags: row.tags,
    fields: row.fields,
    isOptedOut: row.is_opted_out,
    takenOverUntil: row.taken_over_until?.toISOString() ?? null,
    lastInboundAt: row.last_inbound_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

/** Operations contacts.*. */
export const contactRoutes: readonly Route[] = [
  endpoint(api.connections.contacts, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [beforeAt, beforeId] = decodeCursor(query.cursor, 2) ?? [null, null];
    const search = query.search ? `%${escapeLike(query.search)}%` : null;
    const rows = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const found = await sql<ContactRow>`
        select ${columns} from heddle.contact
        where (${beforeAt}::timestamptz is null or (last_event_at, id) < (${beforeAt}::timestamptz, ${beforeId}::uuid))
          and (${search}::text is null or name ilike ${search} or username ilike ${search} or platform_id = ${query.search ?? ''})
          and (${query.tag ?? null}::text is null or tags @> array[${query.tag ?? ''}]::text[])
        order by last_event_at desc, id desc limit ${limit + 1}`.execute(tx);
      return found.rows;
    });
    return toPage(rows, limit, (row) => [row.sort_key, row.id], toView);
  }),
  endpoint(api.connections.contact, async ({ params, caller, deps }) => {
    const row = await deps.database.withWorkspace(
      caller.workspaceId,
      async (tx) =>
        (await sql<ContactRow>`select ${columns} from heddle.contact where id = ${params.id}`.execute(tx)).rows[0],
    );
    return toView(known(row));
  }),
  endpoint(api.connections.takeOver, async ({ params, body, caller, deps }) => {
    const until = body.minutes === 0 ? null : new Date(deps.clock.nowMs() + body.minutes * 60_000);
    const row = await deps.database.withWorkspace(
      caller.workspaceId,
      async (tx) =>
        (
          await sql<ContactRow>`update heddle.contact set taken_over_until = ${until} where id = ${params.id} returning ${columns}`.execute(
            tx,
          )
        ).rows[0],
    );
    return toView(known(row));
  }),
];

/** @throws FlowError `NOT_FOUND`. */
function known(row: ContactRow | undefined): ContactRow {
  if (row === undefined) throw new FlowError('NOT_FOUND', 'There is no such contact.');
  return row;
}
