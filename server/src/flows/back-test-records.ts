/** Reads what is on record about a flow and the people it met. Only reads: the transaction refuses to write. */
import type { ErrorRecord, EventContact, JsonObject, JsonValue, PlatformAction, SendReceipt } from '@heddle/schemas';
import type { OUTBOX_STATES } from '@heddle/schemas/api';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../database/index.ts';

export interface EventRow {
  readonly id: string;
  readonly connection_id: string | null;
  readonly platform: string;
  readonly kind: string;
  readonly key: string;
  readonly contact: EventContact | null;
  readonly contact_id: string | null;
  readonly data: JsonObject;
  readonly flow_id: string | null;
  readonly node: string | null;
  readonly occurred_at: Date;
  readonly received_at: Date;
  readonly state: string;
  readonly run_ids: readonly string[];
}

export interface ContactRow {
  readonly id: string;
  readonly connection_id: string;
  readonly platform: string;
  readonly platform_id: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly profile: JsonObject;
  readonly tags: readonly string[];
  readonly fields: JsonObject;
  readonly is_opted_out: boolean;
}

export interface RunRow {
  readonly id: string;
  readonly flow_id: string;
  readonly flow_name: string;
  readonly flow_version: number;
  readonly trigger_node: string;
  readonly event_id: string | null;
  readonly seed: number;
}

export interface OutboxRow {
  readonly run_id: string;
  readonly node: string;
  readonly action: PlatformAction;
  readonly state: (typeof OUTBOX_STATES)[number];
  readonly reason: string | null;
  readonly error: ErrorRecord | null;
  readonly receipt: SendReceipt | null;
  readonly created_at: Date;
}

export interface NodeRunRow {
  readonly run_id: string;
  readonly type: string;
  readonly node: string;
  readonly status: 'succeeded' | 'failed';
  readonly port: string | null;
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: ErrorRecord | null;
}

/** Which events a back-test is about. */
export interface EventsWanted {
  readonly flowId: string;
  readonly connectionIds: readonly string[];
  /** Kinds that a trigger listens to. */
  readonly kinds: readonly string[];
  /** The only kind that is compared; undefined: all of them. */
  readonly kind: string | undefined;
  readonly limit: number;
}

export interface BackTestRecords {
  /** In the order in which they were taken. */
  readonly events: readonly EventRow[];
  /** Those of them that are compared, whatever the draft does. */
  readonly compared: ReadonlySet<string>;
  /** Of those that are compared; empty when there are none. */
  readonly oldestId: string;
  readonly contacts: ReadonlyMap<string, ContactRow>;
  /** When a person last wrote before the first of their events here. */
  readonly lastInboundMs: ReadonlyMap<string, number>;
  /** Runs that the events started or continued, of all flows. */
  readonly runs: ReadonlyMap<string, RunRow>;
  readonly outbox: readonly OutboxRow[];
  readonly nodeRuns: readonly NodeRunRow[];
  /** Comments that other flows answered privately. */
  readonly answeredComments: ReadonlySet<string>;
}

/** A back-test looks through so many of the newest events and no more, so that a kind that never comes costs no scan of years. */
const MAX_SCANNED = 50_000;
/** Events that only tell what came before. */
const MAX_CONTEXT = 5_000;

const IS_REPLY = sql`e.kind ~ '/(message|postback)$'`;
const COLUMNS = sql`e.id, e.connection_id, e.platform, e.kind, e.key, e.contact, e.contact_id, e.data, e.flow_id, e.node, e.occurred_at, e.received_at,
  e.state, e.run_ids`;

export async function readRecords(tx: Tx, wanted: EventsWanted): Promise<BackTestRecords> {
  await sql`set transaction read only`.execute(tx);
  const compared = await readCompared(tx, wanted);
  const since = await readSince(tx, wanted.flowId, compared);
  const context = await readContext(tx, wanted, since, compared);
  const events = [...compared, ...context].toSorted(
    (a, b) => a.occurred_at.getTime() - b.occurred_at.getTime() || (a.id < b.id ? -1 : 1),
  );
  const runs = await readRuns(tx, [...new Set(events.flatMap((event) => event.run_ids))]);
  const own = runs.filter((run) => run.flow_id === wanted.flowId).map((run) => run.id);
  return {
    events,
    compared: new Set(compared.map((event) => event.id)),
    oldestId: compared.at(-1)?.id ?? '',
    contacts: await readContacts(tx, [...since.keys()]),
    lastInboundMs: await readLastInbound(tx, since),
    runs: new Map(runs.map((run) => [run.id, run])),
    outbox: await readOutbox(tx, own),
    nodeRuns: await readNodeRuns(tx, own),
    answeredComments: await readAnswered(tx, wanted.flowId, events),
  };
}

/** The newest events that a trigger of the flow listens to, that were meant for it, or that a run of it took as an answer. */
async function readCompared(tx: Tx, wanted: EventsWanted): Promise<EventRow[]> {
  const { flowId, connectionIds, kinds, kind, limit } = wanted;
  const onlyKind: RawBuilder<unknown> = kind === undefined ? sql`true` : sql`e.kind = ${kind}`;
  const { rows } = await sql<EventRow>`
    select ${COLUMNS} from (select * from heddle.inbound_event order by id desc limit ${MAX_SCANNED}) e
    where e.state in ('completed', 'ignored', 'failed') and ${onlyKind} and (
      e.flow_id = ${flowId}::uuid
      or (e.flow_id is null and e.kind = any(${[...kinds]}::text[]) and (e.connection_id is null or e.connection_id = any(${[...connectionIds]}::uuid[])))
      or (e.flow_id is null and ${IS_REPLY} and exists (
        select 1 from heddle.run r where r.workspace_id = e.workspace_id and r.id = any(e.run_ids) and r.flow_id = ${flowId}::uuid)))
    order by e.id desc limit ${limit}`.execute(tx);
  return rows;
}

/** The first event of each person that must be played: the first one compared, or the start of a conversation that was open then. */
async function readSince(tx: Tx, flowId: string, compared: readonly EventRow[]): Promise<Map<string, string>> {
  const first = new Map<string, EventRow>();
  for (const event of compared) if (event.contact_id !== null) first.set(event.contact_id, event); // newest first: the oldest stays
  const [ids, events, moments] = [
    [...first.keys()],
    [...first.values()].map((event) => event.id),
    [...first.values()].map((event) => event.received_at),
  ];
  const { rows } = await sql<{ contact_id: string; since: string }>`
    select p.contact_id, least(p.event_id, (
      select min(r.event_id::text)::uuid from heddle.run r where r.contact_id = p.contact_id and r.flow_id = ${flowId}::uuid and r.event_id < p.event_id
        and (r.ended_at is null or r.ended_at >= p.moment))) as since
    from unnest(${ids}::uuid[], ${events}::uuid[], ${moments}::timestamptz[]) as p(contact_id, event_id, moment)`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.contact_id, row.since]));
}

/** What else these people did meanwhile. */
async function readContext(
  tx: Tx,
  { flowId, kinds }: EventsWanted,
  since: ReadonlyMap<string, string>,
  compared: readonly EventRow[],
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select ${COLUMNS} from unnest(${[...since.keys()]}::uuid[], ${[...since.values()]}::uuid[]) as p(contact_id, since)
    join heddle.inbound_event e on e.contact_id = p.contact_id and e.id >= p.since
    where e.state in ('completed', 'ignored', 'failed') and (e.flow_id is null or e.flow_id = ${flowId}::uuid)
      and (${IS_REPLY} or e.kind = any(${[...kinds]}::text[])) and e.id <> all(${compared.map((event) => event.id)}::uuid[])
    order by e.id desc limit ${MAX_CONTEXT}`.execute(tx);
  return rows;
}

async function readContacts(tx: Tx, ids: readonly string[]): Promise<Map<string, ContactRow>> {
  const { rows } = await sql<ContactRow>`
    select id, connection_id, platform, platform_id, username, name, profile, tags, fields, is_opted_out
    from heddle.contact where id = any(${[...ids]}::uuid[])`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

async function readLastInbound(tx: Tx, since: ReadonlyMap<string, string>): Promise<Map<string, number>> {
  const { rows } = await sql<{ contact_id: string; at: Date }>`
    select e.contact_id, max(e.occurred_at) as at
    from unnest(${[...since.keys()]}::uuid[], ${[...since.values()]}::uuid[]) as p(contact_id, since)
    join heddle.inbound_event e on e.contact_id = p.contact_id and e.id < p.since
    where ${IS_REPLY} group by e.contact_id`.execute(tx);
  return new Map(rows.map((row) => [row.contact_id, row.at.getTime()]));
}

async function readRuns(tx: Tx, ids: readonly string[]): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.id, r.flow_id, f.name as flow_name, r.flow_version, r.trigger_node, r.event_id, (r.snapshot ->> 'seed')::bigint::float8 as seed
    from heddle.run r join heddle.flow f on f.workspace_id = r.workspace_id and f.id = r.flow_id
    where r.id = any(${[...ids]}::uuid[])`.execute(tx);
  return rows;
}

/** Runs with all runs below them (loops, called flows); what those do counts for the run at the top. */
function treeOf(runIds: readonly string[]): RawBuilder<unknown> {
  return sql`with recursive tree as (
      select id, id as root from unnest(${[...runIds]}::uuid[]) as top(id)
      union all select r.id, t.root from tree t join heddle.run r on r.parent_run_id = t.id)`;
}

async function readOutbox(tx: Tx, runIds: readonly string[]): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`${treeOf(runIds)}
    select t.root as run_id, o.node, o.action, o.state, o.reason, o.error, o.receipt, o.created_at
    from tree t join heddle.outbox o on o.run_id = t.id order by o.id`.execute(tx);
  return rows;
}

async function readNodeRuns(tx: Tx, runIds: readonly string[]): Promise<NodeRunRow[]> {
  const { rows } = await sql<NodeRunRow>`${treeOf(runIds)}
    select t.root as run_id, n.type, n.node, n.status, n.port, n.input, n.output, n.error
    from tree t join heddle.node_run n on n.run_id = t.id where n.status in ('succeeded', 'failed') order by n.id`.execute(
    tx,
  );
  return rows;
}

async function readAnswered(tx: Tx, flowId: string, events: readonly EventRow[]): Promise<Set<string>> {
  const comments = events.flatMap(({ data }) => (typeof data['commentId'] === 'string' ? [data['commentId']] : []));
  const { rows } = await sql<{ target: string }>`
    select distinct target from heddle.outbox where kind = 'privateReply' and state in ('sending', 'sent', 'unknown')
      and target = any(${comments}::text[]) and flow_id is distinct from ${flowId}::uuid`.execute(tx);
  return new Set(rows.map((row) => row.target));
}
