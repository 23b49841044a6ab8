import type { EventContact, JsonObject } from '@heddle/schemas';
import { createGatherer } from '../batching/gather.ts';
import { newId, type Database } from '../../database/index.ts';
import type { Clock } from '../clock.ts';
import { parseContactSubject } from '../ingest/subject-key.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { EndedChild, Listener, LiveContact, LiveRun, LiveWait, PendingEvent } from './turn-state.ts';

/** Events taken into memory at once. A person with more is served in several loads of the same turn. */
export const MAX_EVENTS = 100;
/** Turns per round trip, and round trips under way at once. */
const MAX_TURNS = 64;
const MAX_LOADS = 2;

interface DatabaseAndClock {
  readonly database: Database;
  readonly clock: Clock;
}

/** A turn that may begin at once. */
export interface ReadyTurn {
  readonly claim: Claim;
  readonly loaded: LoadedTurn;
}

export interface LoadedTurn {
  readonly contact: LiveContact | null;
  readonly runs: LiveRun[];
  readonly events: readonly PendingEvent[];
  readonly listeners: readonly Listener[];
  readonly nextEventAtMs: number | null;
  readonly hasMore: boolean;
  readonly ended: readonly EndedChild[];
}

/** Reads what turns are about. Those of one workspace that begin together share a round trip. */
export interface TurnLoader {
  /** Pending events in order, runs that have not ended, the contact (one to be stored when new), live triggers for the kinds of events. */
  load(claim: Claim): Promise<LoadedTurn>;
}

/** What `heddle.load_turns` answers. `place` is the turn's, from 1. */
export interface TurnsDocument {
  readonly events: readonly EventDocument[];
  readonly contacts: readonly (Omit<LiveContact, 'lastEventAtMs' | 'isStored'> & { readonly place: number })[];
  readonly runs: readonly RunDocument[];
  readonly listeners: readonly Listener[];
  readonly ended: readonly EndedChild[];
}

type RunDocument = Omit<
  LiveRun,
  'waits' | 'isResumed' | 'endedAtMs' | 'subject' | 'maxActive' | 'result' | 'isReported'
> & {
  readonly place: number;
  readonly waits: readonly LiveWait[];
};

interface EventDocument {
  readonly place: number;
  readonly id: string;
  readonly platform: string;
  readonly connectionId: string | null;
  readonly kind: string;
  readonly key: string;
  readonly contact: EventContact | null;
  readonly data: JsonObject;
  readonly flowId: string | null;
  readonly node: string | null;
  readonly attempts: number;
  readonly isQueued: boolean;
  readonly occurredAtMs: number;
  readonly retryAtMs: number | null;
}

export function createTurnLoader(deps: DatabaseAndClock): TurnLoader {
  const gatherer = createGatherer<Claim, LoadedTurn>({
    groupOf: (claim) => claim.workspaceId,
    serve: (claims) => loadTurns(deps, claims),
    mostUnderWay: MAX_LOADS,
    worthAnother: MAX_TURNS / 4,
    mostItems: MAX_TURNS,
    // A program limit is exceeded: together they may be too much.
    mayBeOneOf: (error) => error instanceof Error && 'code' in error && /^(?:22|54)/.test(String(error.code)),
  });
  return { load: (claim) => gatherer.add(claim) };
}

async function loadTurns(deps: DatabaseAndClock, claims: readonly Claim[]): Promise<LoadedTurn[]> {
  const about = claims.map((claim) => parseContactSubject(claim.subject));
  const { rows } = await deps.database.pool.query<{ turns: TurnsDocument }>({
    name: 'heddle-load-turn',
    text: 'select heddle.load_turns($1::uuid, $2::text[], $3::uuid[], $4::text[], $5::integer) as turns',
    values: [
      claims[0]?.workspaceId,
      claims.map((claim) => claim.subject),
      about.map((contact) => contact?.connectionId ?? null),
      about.map((contact) => contact?.platformId ?? null),
      MAX_EVENTS,
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('heddle.load_turns gave no row');
  return toLoadedTurns(row.turns, claims, deps.clock.nowMs());
}

/** @returns What each of the claims begins with, in their order. */
export function toLoadedTurns(turns: TurnsDocument, claims: readonly Claim[], nowMs: number): LoadedTurn[] {
  const about = claims.map((claim) => parseContactSubject(claim.subject));
  const events = Map.groupBy(turns.events, (event) => event.place);
  const runs = Map.groupBy(turns.runs, (run) => run.place);
  const contacts = new Map(turns.contacts.map(({ place, ...contact }) => [place, contact]));
  return claims.map((claim, index) => {
    const place = index + 1;
    const mine = events.get(place) ?? [];
    const due = mine.filter((event) => event.retryAtMs === null || event.retryAtMs <= nowMs);
    const later = mine.flatMap((event) =>
      event.retryAtMs !== null && event.retryAtMs > nowMs ? [event.retryAtMs] : [],
    );
    const liveRuns = (runs.get(place) ?? []).map((run) => toLiveRun(run, claim.subject));
    const stored = contacts.get(place);
    return {
      contact: toLiveContact(
        stored === undefined ? null : { ...stored, lastEventAtMs: null, isStored: true },
        about[index] ?? null,
        due,
        nowMs,
      ),
      runs: liveRuns,
      events: due.map(toPendingEvent),
      listeners: listenersFor(turns.listeners, due),
      ended: liveRuns.length === 0 ? [] : turns.ended.filter((end) => liveRuns.some((run) => run.id === end.runId)),
      nextEventAtMs: later.length === 0 ? null : Math.min(...later),
      // Events that are put off are looked at again when they are due, not at once.
      hasMore: mine.length === MAX_EVENTS && due.length > 0,
    };
  });
}

/** The person of a mailbox, with what their newest event says. Somebody new is stored by the first checkpoint. */
function toLiveContact(
  stored: LiveContact | null,
  about: { readonly connectionId: string; readonly platformId: string } | null,
  due: readonly EventDocument[],
  nowMs: number,
): LiveContact | null {
  const last = due.at(-1);
  // Events of ours (a decision, a report) are about a run, not from the person.
  if (about === null || last === undefined || last.connectionId === null) return stored;
  const said = last.contact?.platformId === about.platformId ? last.contact : null;
  const contact = stored ?? newContact(about, last.platform);
  contact.username = said?.username ?? contact.username;
  contact.name = said?.name ?? contact.name;
  contact.lastEventAtMs = nowMs;
  return contact;
}

function newContact(
  { connectionId, platformId }: { connectionId: string; platformId: string },
  platform: string,
): LiveContact {
  return {
    id: newId(),
    connectionId,
    platform,
    platformId,
    username: null,
    name: null,
    profile: {},
    profileReadAtMs: null,
    tags: [],
    fields: {},
    lastInboundAtMs: null,
    isOptedOut: false,
    takenOverUntilMs: null,
    lastEventAtMs: null,
    isStored: false,
  };
}

function toLiveRun({ place: _place, waits, ...run }: RunDocument, subject: string): LiveRun {
  return {
    ...run,
    isResumed: true,
    endedAtMs: null,
    subject,
    maxActive: null,
    result: null,
    isReported: false,
    waits: new Map(waits.map((wait) => [wait.position, wait])),
  };
}

/** Listeners were read for all turns of the round trip: those that may listen to an event of this one. */
function listenersFor(listeners: readonly Listener[], events: readonly EventDocument[]): readonly Listener[] {
  return listeners.filter(
    (listener) =>
      events.some((event) => event.kind === listener.kind) &&
      (listener.connectionId === null || events.some((event) => event.connectionId === listener.connectionId)),
  );
}

function toPendingEvent(row: EventDocument): PendingEvent {
  const { id, platform, connectionId, attempts, isQueued } = row;
  return {
    id,
    platform,
    connectionId,
    event: {
      kind: row.kind,
      key: row.key,
      occurredAtMs: row.occurredAtMs,
      data: row.data,
      ...(row.contact === null ? {} : { contact: row.contact }),
    },
    target: row.flowId === null || row.node === null ? null : { flowId: row.flowId, node: row.node },
    attempts,
    isQueued,
  };
}
