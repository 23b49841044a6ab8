import { FlowError, type EventState, type JsonObject } from '@heddle/schemas';
import { api, type EventView } from '@heddle/schemas/api';
import { sql, type RawBuilder } from 'kysely';
import { contactRefSql, type ContactRef } from '../contacts/contact-ref.ts';
import type { Tx } from '../database/index.ts';
import { endpoint, type Route } from '../http/endpoint.ts';
import type { DefinitionRegistry } from '@heddle/engine';
import { readNodeTitles } from '../runs/node-titles.ts';
import { decodeCursor, toPage } from '../runs/page.ts';
import { newId } from '../database/index.ts';
import { toJsonb, toText } from '../database/jsonb.ts';
import { replayEvent } from './replay-event.ts';
import { summariseEvent } from './summarise-event.ts';

interface EventRow {
  readonly id: string;
  readonly kind: string;
  readonly platform: string;
  readonly state: EventState;
  readonly reason: string | null;
  readonly skipped: readonly Omit<EventView['skipped'][number], 'nodeTitle'>[];
  readonly flow_id: string | null;
  readonly flow_name: string | null;
  readonly node: string | null;
  readonly run_ids: string[];
  readonly contact: ContactRef | null;
  readonly data: JsonObject;
  readonly attempts: number;
  readonly occurred_at: Date;
  readonly received_at: Date;
}

async function readEvents(tx: Tx, where: RawBuilder<unknown>, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select e.id, e.kind, e.platform, e.state, e.reason, e.skipped, e.flow_id, f.name as flow_name, e.node, e.run_ids, ${contactRefSql} as contact, e.data, e.attempts, e.occurred_at, e.received_at
    from heddle.inbound_event e left join heddle.contact c on c.workspace_id = e.workspace_id and c.id = e.contact_id
      left join heddle.flow f on f.workspace_id = e.workspace_id and f.id = e.flow_id
    where ${where} order by e.id desc limit ${limit}`.execute(tx);
  return rows;
}

async function getEvent(tx: Tx, registry: DefinitionRegistry, id: string): Promise<EventView> {
  const [view] = await toViews(tx, registry, await readEvents(tx, sql`e.id = ${id}`, 1));
  if (view === undefined) throw new FlowError('NOT_FOUND', 'There is no such event.');
  return view;
}

async function toViews(tx: Tx, registry: DefinitionRegistry, rows: readonly EventRow[]): Promise<EventView[]> {
  const titleOf = await readNodeTitles(
    tx,
    registry,
    rows.flatMap((row) => [...row.skipped, { flowId: row.flow_id, node: row.node ?? '' }]),
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    platform: row.platform,
    state: row.state,
    reason: row.reason,
    target:
      row.flow_id === null || row.node === null
        ? null
        : {
            flowId: row.flow_id,
            flowName: row.flow_name ?? '',
            node: row.node,
            nodeTitle: titleOf(row.flow_id, row.node),
          },
    skipped: row.skipped.map((skip) => ({ ...skip, nodeTitle: titleOf(skip.flowId, skip.node) })),
    runIds: row.run_ids,
    contact: row.contact,
    summary: summariseEvent(row),
    data: row.data,
    attempts: row.attempts,
    occurredAt: row.occurred_at.toISOString(),
    receivedAt: row.received_at.toISOString(),
  }));
}

/** Operations events.*. */
export const eventRoutes: readonly Route[] = [
  endpoint(api.runs.events, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [null];
    const where = sql`(${before}::uuid is null or e.id < ${before}::uuid) and (${query.state ?? null}::text is null or e.state = ${query.state ?? null})
      and (${query.kind ?? null}::text is null or e.kind = ${query.kind ?? null}) and (${query.contactId ?? null}::uuid is null or e.contact_id = ${query.contactId ?? null}::uuid)`;
    const views = await deps.database.withWorkspace(caller.workspaceId, async (tx) =>
      toViews(tx, deps.registry, await readEvents(tx, where, limit + 1)),
    );
    return toPage(
      views,
      limit,
      (view) => [view.id],
      (view) => view,
    );
  }),
  endpoint(api.runs.event, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, (tx) => getEvent(tx, deps.registry, params.id)),
  ),
  endpoint(api.runs.report, async ({ body, caller, deps }) => {
    const id = newId();
    const { rows } = await deps.database.pool.query<{ runs: number }>(
      'select heddle.report_event($1::uuid, $2::uuid, $3, $4, $5::jsonb, $6::timestamptz) as runs',
      [
        caller.workspaceId,
        id,
        toText(body.name),
        toText(body.key),
        toJsonb(body.data ?? {}),
        new Date(deps.clock.nowMs()),
      ],
    );
    deps.runtime.wake();
    return { id, runs: rows[0]?.runs ?? 0 };
  }),
  endpoint(api.runs.replayEvent, async ({ params, caller, deps }) => {
    const view = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await replayEvent(tx, caller.workspaceId, params.id, deps.clock.nowMs());
      return getEvent(tx, deps.registry, params.id);
    });
    deps.live.publish(caller.workspaceId, [{ kind: 'event', id: params.id }]);
    return view;
  }),
];
