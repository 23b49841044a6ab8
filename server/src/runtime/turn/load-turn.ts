import type { EventContact, JsonObject } from '@heddle/schemas';
import { newId } from '../../database/index.ts';
import type { RuntimeDeps } from '../deps.ts';
import { parseContactSubject } from '../ingest/subject-key.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { EndedChild, Listener, LiveContact, LiveRun, LiveWait, PendingEvent } from './turn-state.ts';

/** Events taken into memory at once. A person with more is served in several loads of the same turn. */
const MAX_EVENTS = 100;

export interface LoadedTurn {
  readonly contact: LiveContact | null;
  readonly runs: LiveRun[];
  readonly events: readonly PendingEvent[];
  readonly listeners: readonly Listener[];
  readonly nextEventAtMs: number | null;
  readonly hasMore: boolean;
  readonly ended: readonly EndedChild[];
}

/** What `heddle.load_turn` answers. */
interface TurnDocument {
  readonly events: readonly EventDocument[];
  readonly contact: LiveContact | null;
  readonly runs: readonly (Omit<
    LiveRun,
    'waits' | 'isResumed' | 'endedAtMs' | 'subject' | 'maxActive' | 'result' | 'isReported'
  > & {
    readonly waits: readonly LiveWait[];
  })[];
  readonly listeners: readonly Listener[];
  readonly ended: readonly EndedChild[];
}

interface EventDocument {
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

/**
 * Reads what a subject's turn is about, in one round trip: pending events in order, runs that have not ended, the contact (made on the
 * first event), live triggers for the kinds of events.
 */
export async function loadTurn(deps: RuntimeDeps, claim: Claim): Promise<LoadedTurn> {
  const nowMs = deps.clock.nowMs();
  const about = parseContactSubject(claim.subject);
  const { rows } = await deps.database.pool.query<{ turn: TurnDocument }>({
    name: 'heddle-load-turn',
    text: 'select heddle.load_turn($1::uuid, $2, $3::timestamptz, $4::uuid, $5, $6::uuid, $7::integer) as turn',
    values: [
      claim.workspaceId,
      claim.subject,
      new Date(nowMs),
      about?.connectionId ?? null,
      about?.platformId ?? null,
      newId(),
      MAX_EVENTS,
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('heddle.load_turn gave no row');
  const { events, contact, runs, listeners, ended } = row.turn;
  const isDue = (event: EventDocument): boolean => event.retryAtMs === null || event.retryAtMs <= nowMs;
  const later = events.flatMap((event) => (isDue(event) || event.retryAtMs === null ? [] : [event.retryAtMs]));
  return {
    contact,
    runs: runs.map((run) => ({
      ...run,
      isResumed: true,
      endedAtMs: null,
      subject: claim.subject,
      maxActive: null,
      result: null,
      isReported: false,
      waits: new Map(run.waits.map((wait) => [wait.position, wait])),
    })),
    events: events.filter(isDue).map(toPendingEvent),
    listeners,
    ended,
    nextEventAtMs: later.length === 0 ? null : Math.min(...later),
    // Events that are put off are looked at again when they are due, not at once.
    hasMore: events.length === MAX_EVENTS && events.some(isDue),
  };
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
