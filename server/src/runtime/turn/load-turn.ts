import type { EventContact, JsonObject, RunSnapshot } from '@heddle/schemas';
import type { FlowBindings } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { newId, type Tx } from '../../database/index.ts';
import { parseContactSubject } from '../ingest/subject-key.ts';
import { toText } from '../jsonb.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { LiveContact, LiveRun, LiveWait, PendingEvent } from './turn-state.ts';

/** Events taken into memory at once. A person with more is served in several loads of the same turn. */
const MAX_EVENTS = 100;

export interface LoadedTurn {
  readonly contact: LiveContact | null;
  readonly runs: LiveRun[];
  readonly events: readonly PendingEvent[];
  readonly nextEventAtMs: number | null;
  readonly hasMore: boolean;
}

/** Reads what a subject's turn is about: pending events in order, runs that have not ended, the contact (made on the first event). */
export async function loadTurn(tx: Tx, claim: Claim, nowMs: number): Promise<LoadedTurn> {
  const stored = await readEvents(tx, claim);
  const isDue = (row: EventRow): boolean => row.retry_at === null || row.retry_at.getTime() <= nowMs;
  const events = stored.filter(isDue).map(toPendingEvent);
  const later = stored.filter((row) => !isDue(row)).map((row) => row.retry_at?.getTime() ?? nowMs);
  const about = parseContactSubject(claim.subject);
  const first = events[0];
  return {
    contact: about === null || (first === undefined && stored.length > 0) ? null : await loadContact(tx, claim.workspaceId, about, events, nowMs),
    runs: await readRuns(tx, claim),
    events,
    nextEventAtMs: later.length === 0 ? null : Math.min(...later),
    hasMore: stored.length === MAX_EVENTS,
  };
}

interface EventRow {
  readonly id: string;
  readonly platform: string;
  readonly connection_id: string | null;
  readonly kind: string;
  readonly key: string;
  readonly contact: EventContact | null;
  readonly data: JsonObject;
  readonly flow_id: string | null;
  readonly node: string | null;
  readonly occurred_at: Date;
  readonly attempts: number;
  readonly retry_at: Date | null;
}

async function readEvents(tx: Tx, claim: Claim): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select id, platform, connection_id, kind, key, contact, data, flow_id, node, occurred_at, attempts, retry_at from heddle.inbound_event
    where workspace_id = ${claim.workspaceId} and subject = ${claim.subject} and state = 'pending'
    order by occurred_at, id limit ${MAX_EVENTS}`.execute(tx);
  return rows;
}

function toPendingEvent(row: EventRow): PendingEvent {
  return {
    id: row.id,
    platform: row.platform,
    connectionId: row.connection_id,
    event: { kind: row.kind, key: row.key, occurredAtMs: row.occurred_at.getTime(), data: row.data, ...(row.contact === null ? {} : { contact: row.contact }) },
    target: row.flow_id === null || row.node === null ? null : { flowId: row.flow_id, node: row.node },
    attempts: row.attempts,
  };
}

interface ContactRow {
  readonly id: string;
  readonly connection_id: string;
  readonly platform: string;
  readonly platform_id: string;
  readonly username: string | null;
  readonly name: string | null;
  readonly profile: JsonObject;
  readonly profile_read_at: Date | null;
  readonly tags: string[];
  readonly fields: JsonObject;
  readonly last_inbound_at: Date | null;
  readonly is_opted_out: boolean;
}

/** The person of a contact's mailbox: with events, noted as active and made when new; without (a timer), only read. */
async function loadContact(
  tx: Tx,
  workspaceId: string,
  about: { connectionId: string; platformId: string },
  events: readonly PendingEvent[],
  nowMs: number,
): Promise<LiveContact | null> {
  const last = events.findLast(({ event }) => event.contact !== undefined && event.contact.platformId === about.platformId) ?? events.at(-1);
  const columns = sql`id, connection_id, platform, platform_id, username, name, profile, profile_read_at, tags, fields, last_inbound_at, is_opted_out`;
  const text = (value: string | undefined): string | null => (value === undefined ? null : toText(value));
  const { rows } =
    last === undefined
      ? await sql<ContactRow>`
          select ${columns} from heddle.contact
          where workspace_id = ${workspaceId} and connection_id = ${about.connectionId} and platform_id = ${about.platformId}`.execute(tx)
      : await sql<ContactRow>`
          insert into heddle.contact as c (workspace_id, id, connection_id, platform, platform_id, username, name, last_event_at)
          values (${workspaceId}, ${newId()}, ${about.connectionId}, ${last.platform}, ${about.platformId}, ${text(last.event.contact?.username)},
            ${text(last.event.contact?.name)}, ${new Date(nowMs)})
          on conflict (workspace_id, connection_id, platform_id) do update
            set last_event_at = excluded.last_event_at, username = coalesce(excluded.username, c.username), name = coalesce(excluded.name, c.name)
          returning ${columns}`.execute(tx);
  const row = rows[0];
  return row === undefined ? null : toLiveContact(row);
}

function toLiveContact(row: ContactRow): LiveContact {
  return {
    id: row.id,
    connectionId: row.connection_id,
    platform: row.platform,
    platformId: row.platform_id,
    username: row.username,
    name: row.name,
    profile: row.profile,
    profileReadAtMs: row.profile_read_at?.getTime() ?? null,
    tags: row.tags,
    fields: row.fields,
    lastInboundAtMs: row.last_inbound_at?.getTime() ?? null,
    isOptedOut: row.is_opted_out,
  };
}

interface RunRow {
  readonly id: string;
  readonly flow_id: string;
  readonly flow_version: number;
  readonly contact_id: string | null;
  readonly event_id: string | null;
  readonly event_at: Date;
  readonly trigger_node: string;
  readonly trigger_type: string;
  readonly bindings: FlowBindings;
  readonly snapshot: RunSnapshot;
  readonly snapshot_version: number;
  readonly started_at: Date;
  readonly waits: { position: string; node: string; spec: LiveWait['spec']; dueAtMs: number | null; nodeRunId: string | null; createdAtMs: number }[];
}

async function readRuns(tx: Tx, claim: Claim): Promise<LiveRun[]> {
  const { rows } = await sql<RunRow>`
    select r.id, r.flow_id, r.flow_version, r.contact_id, r.event_id, r.event_at, r.trigger_node, r.trigger_type, r.bindings, r.snapshot, r.snapshot_version, r.started_at,
      coalesce((select jsonb_agg(jsonb_build_object('position', w.position, 'node', w.node, 'spec', w.spec, 'nodeRunId', w.node_run_id,
          'dueAtMs', floor(extract(epoch from w.due_at) * 1000), 'createdAtMs', floor(extract(epoch from w.created_at) * 1000)) order by w.created_at)
        from heddle.wait w where w.workspace_id = r.workspace_id and w.run_id = r.id), '[]') as waits
    from heddle.run r
    where r.workspace_id = ${claim.workspaceId} and r.subject = ${claim.subject} and r.status in ('running', 'waiting')
    order by r.id`.execute(tx);
  return rows.map((row) => ({
    id: row.id,
    flowId: row.flow_id,
    flowVersion: row.flow_version,
    contactId: row.contact_id,
    eventId: row.event_id,
    eventAtMs: row.event_at.getTime(),
    triggerNode: row.trigger_node,
    triggerType: row.trigger_type,
    bindings: row.bindings,
    startedAtMs: row.started_at.getTime(),
    isResumed: true,
    snapshot: row.snapshot,
    storedVersion: row.snapshot_version,
    endedAtMs: null,
    waits: new Map(row.waits.map((wait) => [wait.position, wait])),
  }));
}
