import { FlowError, type InboundEvent } from '@heddle/schemas';
import type pg from 'pg';
import { packRows, type Columns, type RowOf } from '../../database/column-rows.ts';
import { newId } from '../../database/new-id.ts';
import { createGatherer } from '../batching/gather.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeMetrics } from '../metrics.ts';
import {
  MAX_EVENTS as MAX_LOADED_EVENTS,
  toLoadedTurns,
  type ReadyTurn,
  type TurnsDocument,
} from '../turn/load-turn.ts';
import type { TurnPlaces } from '../workers/turn-worker.ts';
import { parseContactSubject, subjectOf } from './subject-key.ts';

/** An event to take in, and where it belongs. */
export interface IngestItem {
  readonly event: InboundEvent;
  readonly platform: string;
  /** Null for events of ours: manual, schedule, webhook trigger. */
  readonly connectionId: string | null;
  /** Set when the event is meant for one trigger. */
  readonly target?: { readonly flowId: string; readonly node: string };
  /** Mailbox; default: that of the contact, or one of its own. */
  readonly subject?: string;
}

/** Event ids in the order of the items; null where the key was known already. */
export type IngestResult = readonly (string | null)[];

export interface Ingest {
  /**
   * Stores events and their turns durably. Calls that arrive together share one commit.
   *
   * @returns When committed. @throws FlowError `UNAVAILABLE` when the database did not take it: the sender must try again.
   */
  accept(workspaceId: string, items: readonly IngestItem[]): Promise<IngestResult>;
  /** Resolves when everything accepted so far is committed. */
  drain(): Promise<void>;
}

interface Request {
  readonly workspaceId: string;
  readonly rows: readonly EventRow[];
}

/** Columns of `heddle.inbound_rows`. */
export const INBOUND_COLUMNS = {
  id: 'uuid',
  source_id: 'uuid',
  connection_id: 'uuid',
  platform: 'text',
  kind: 'text',
  key: 'text',
  subject: 'text',
  about_connection: 'uuid',
  about_person: 'text',
  contact: 'json',
  data: 'json',
  flow_id: 'uuid',
  node: 'text',
  occurred_at: 'moment',
} as const satisfies Columns;

type EventRow = RowOf<typeof INBOUND_COLUMNS> & { readonly id: string };

/** Commits under way at once: one is worked on by the database while the next one gathers here. */
const MAX_COMMITS = 2;
/** Beside a commit that is under way another one begins only with so many requests: small ones cost nearly as much, and make each other slow. */
const WORTH_ANOTHER = 32;
/** Events per commit: larger ones make everybody wait for the largest. */
const MAX_EVENTS = 500;

export interface IngestDeps {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly metrics: RuntimeMetrics;
  /** Of this process: turns begin here with the commit, as far as there are places. */
  readonly places: TurnPlaces;
  readonly leaseMs: number;
  readonly paceMs: number;
  /** There are turns that did not find a place here. */
  readonly onLeft: () => void;
}

export function createIngest(deps: IngestDeps): Ingest {
  const gatherer = createGatherer<Request, IngestResult>({
    groupOf: (request) => request.workspaceId,
    serve: (requests) => commitTogether(deps, requests),
    mostUnderWay: MAX_COMMITS,
    worthAnother: WORTH_ANOTHER,
    mostItems: MAX_EVENTS,
    weightOf: (request) => request.rows.length,
    paceMs: deps.paceMs,
    mayBeOneOf: isDataError,
  });
  const underWay = new Set<Promise<IngestResult>>();
  return {
    async accept(workspaceId, items) {
      if (items.length === 0) return [];
      const nowMs = deps.clock.nowMs();
      const stored = gatherer.add({ workspaceId, rows: items.map((item) => toRow(item, nowMs)) });
      underWay.add(stored);
      try {
        return await stored;
      } catch (cause) {
        throw new FlowError('UNAVAILABLE', 'The event could not be stored.', { cause });
      } finally {
        underWay.delete(stored);
      }
    },
    async drain() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

async function commitTogether(deps: IngestDeps, requests: readonly Request[]): Promise<IngestResult[]> {
  const rows = requests.flatMap((request) => request.rows);
  const reserved = deps.places.reserve(rows.length);
  try {
    const { fresh, turns, isLeft } = await commitRows(deps, requests[0]?.workspaceId ?? '', rows, reserved);
    deps.metrics.eventsAccepted.inc(fresh.size);
    deps.metrics.eventsDuplicate.inc(rows.length - fresh.size);
    deps.metrics.ingestBatch.observe(rows.length);
    // The answers go out first.
    setImmediate(() => {
      deps.places.begin(reserved, turns);
      if (isLeft) deps.onLeft();
    });
    return requests.map((request) => request.rows.map((row) => (fresh.has(row.id) ? row.id : null)));
  } catch (error) {
    deps.places.begin(reserved, []);
    throw error;
  }
}

interface CommitRow {
  readonly event_ids: readonly string[];
  readonly subjects: readonly string[];
  readonly fences: readonly string[];
  readonly posted: readonly string[];
  readonly turns: TurnsDocument | null;
  readonly is_left: boolean;
}

interface Committed {
  /** Ids of the events that were new. */
  readonly fresh: ReadonlySet<string>;
  /** Turns of theirs that are ours, at most as many as there were places. */
  readonly turns: readonly ReadyTurn[];
  /** Others are ready for whoever claims them. */
  readonly isLeft: boolean;
}

/** One transaction. */
async function commitRows(
  deps: IngestDeps,
  workspaceId: string,
  rows: readonly EventRow[],
  most: number,
): Promise<Committed> {
  const { pool, clock, leaseMs } = deps;
  const { rows: answers } = await pool.query<CommitRow>({
    name: 'heddle-ingest',
    text: 'select * from heddle.ingest_events($1::uuid, $2, $3::timestamptz, $4::integer, $5::integer, $6::integer)',
    values: [workspaceId, packRows(INBOUND_COLUMNS, rows), new Date(clock.nowMs()), most, leaseMs, MAX_LOADED_EVENTS],
  });
  const [answer] = answers;
  if (answer === undefined) throw new Error('heddle.ingest_events gave no row');
  return {
    fresh: new Set(answer.event_ids),
    turns: toReadyTurns(workspaceId, answer, clock.nowMs()),
    isLeft: answer.is_left,
  };
}

function toReadyTurns(workspaceId: string, answer: CommitRow, nowMs: number): ReadyTurn[] {
  if (answer.turns === null) return [];
  const claims = answer.subjects.map((subject, place) => ({
    workspaceId,
    subject,
    fence: answer.fences[place] ?? '',
    posted: answer.posted[place] ?? '',
    crashes: 0,
  }));
  const loaded = toLoadedTurns(answer.turns, claims, nowMs);
  return claims.flatMap((claim, place) => {
    const begin = loaded[place];
    return begin === undefined ? [] : [{ claim, loaded: begin }];
  });
}

/** A value that fits no column; SQLSTATE classes 22, data exception, and 54, program limit exceeded (a text too long for its index). */
function isDataError(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:22|54)/.test(error.code);
}

/** How far ahead of ours a platform's clock may be. */
const MAX_CLOCK_AHEAD_MS = 300_000;

/** When it happened. A platform that names no time, or one that is still to come, is told by our clock: order and time windows depend on it. */
function occurredAt({ occurredAtMs }: InboundEvent, nowMs: number): number {
  return occurredAtMs > 0 && occurredAtMs <= nowMs + MAX_CLOCK_AHEAD_MS ? occurredAtMs : nowMs;
}

function toRow(item: IngestItem, nowMs: number): EventRow {
  const { event } = item;
  const id = newId();
  const subject = item.subject ?? subjectOf(event, item.connectionId, id);
  const about = parseContactSubject(subject);
  return {
    id,
    source_id: item.connectionId ?? item.target?.flowId ?? id,
    connection_id: item.connectionId,
    platform: item.platform,
    kind: event.kind,
    key: event.key,
    subject,
    about_connection: about?.connectionId ?? null,
    about_person: about?.platformId ?? null,
    contact: event.contact ?? null,
    data: event.data,
    flow_id: item.target?.flowId ?? null,
    node: item.target?.node ?? null,
    occurred_at: occurredAt(event, nowMs),
  };
}
