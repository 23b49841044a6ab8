import type { InboundEvent } from '@heddle/schemas';
import type { BreakerState } from '../../../server/src/runtime/gateway/breaker-state.ts';
import type { Bug } from '../bugs.ts';
import { contactSubject } from '../world/people.ts';
import type {
  BudgetRow,
  ContactRow,
  EventRow,
  NamedEvent,
  OutboxRow,
  QueuedStart,
  RunRow,
  ScheduleRow,
  SubjectRow,
  WaitRow,
} from './tables.ts';

/** A subject that is ours until the lease ends, as the real runtime's `Claim`. */
export interface Claim {
  readonly subject: string;
  readonly fence: number;
  readonly posted: number;
  readonly crashes: number;
}

/** An event to take in. */
export interface IngestItem {
  readonly event: InboundEvent;
  readonly target?: { readonly flow: number; readonly node: string };
  /** Mailbox; default: that of the contact, or one of its own. */
  readonly subject?: string;
}

/** The model of Postgres: rows in memory. Every method is one transaction: it happens at one moment, wholly or not at all. */
export interface Store {
  readonly subjects: Map<string, SubjectRow>;
  readonly events: Map<string, EventRow>;
  readonly runs: Map<string, RunRow>;
  /** By run and position: `run/position`. */
  readonly waits: Map<string, WaitRow>;
  /** By `sendName`, which is unique as in the real table. */
  readonly outbox: Map<string, OutboxRow>;
  readonly contacts: Map<string, ContactRow>;
  /** When a flow last started for a contact, by `flow/contact`. */
  readonly flowStarts: Map<string, number>;
  /** By event, in order. */
  readonly queued: Map<string, QueuedStart>;
  readonly reports: NamedEvent[];
  /** All reports there ever were; no table: the judge's. */
  readonly known: NamedEvent[];
  /** Reports that were given to a run: `report/run`. */
  readonly given: Set<string>;
  /** By name of the bucket. */
  readonly budget: Map<string, BudgetRow>;
  /** Of the one account; null: all is well. */
  breaker: (BreakerState & { probeUntilMs: number | null }) | null;
  readonly schedules: ScheduleRow[];
  /** The clock of the database, epoch ms. */
  nowMs(): number;
  newId(prefix: string): string;
  ingest(item: IngestItem): 'stored' | 'duplicate';
  claim(nowMs: number, most: number, leaseMs: number): Claim[];
  /** @returns Those that are still ours. */
  renew(claims: readonly Claim[], untilMs: number): Set<string>;
  /** `wakeSubject` of the real mailbox. */
  wake(subject: string): void;
  postpone(claim: Claim, atMs: number): void;
  /** When a claim can next find something, by the database's clock; null: never, as things are. */
  nextReadyAtMs(): number | null;
}

export function createStore(deps: {
  nowMs: () => number;
  judge: { accepted(key: string): void };
  bugs: ReadonlySet<Bug>;
}): Store {
  const { nowMs, judge, bugs } = deps;
  const subjects = new Map<string, SubjectRow>();
  const events = new Map<string, EventRow>();
  const eventKeys = new Set<string>();
  let ids = 0;
  let fences = 0;
  const newId = (prefix: string): string => `${prefix}${String((ids += 1)).padStart(4, '0')}`;

  const post = (key: string): void => {
    const subject = subjects.get(key);
    if (subject === undefined) {
      subjects.set(key, { key, readyAtMs: nowMs(), lane: 0, leaseUntilMs: null, fence: 0, posted: 1, crashes: 0 });
      return;
    }
    subject.posted += 1;
    subject.lane = 0;
    subject.readyAtMs = Math.min(subject.readyAtMs ?? Number.POSITIVE_INFINITY, nowMs());
  };

  return {
    subjects,
    events,
    runs: new Map(),
    waits: new Map(),
    outbox: new Map(),
    contacts: new Map(),
    flowStarts: new Map(),
    queued: new Map(),
    reports: [],
    known: [],
    given: new Set(),
    budget: new Map(),
    breaker: null,
    schedules: [],
    nowMs,
    newId,
    ingest({ event, target, subject: given }) {
      if (eventKeys.has(event.key) && !bugs.has('noDedupeKey')) return 'duplicate';
      eventKeys.add(event.key);
      const id = newId('e');
      const subject = given ?? (event.contact === undefined ? `event:${id}` : contactSubject(event.contact.platformId));
      events.set(id, {
        id,
        subject,
        event,
        target: target ?? null,
        state: 'pending',
        reason: null,
        skipped: [],
        runIds: [],
        attempts: 0,
        retryAtMs: null,
        storedAs: events.size,
      });
      post(subject);
      judge.accepted(event.key);
      return 'stored';
    },
    claim(atMs, most, leaseMs) {
      const ready = [...subjects.values()]
        .filter(
          (row) =>
            row.readyAtMs !== null && row.readyAtMs <= atMs && (row.leaseUntilMs === null || row.leaseUntilMs <= atMs),
        )
        .toSorted((a, b) => a.lane - b.lane || (a.readyAtMs ?? 0) - (b.readyAtMs ?? 0));
      return ready.slice(0, most).map((row): Claim => {
        row.crashes = row.leaseUntilMs === null ? 0 : row.crashes + 1;
        row.leaseUntilMs = atMs + leaseMs;
        row.fence = fences += 1;
        return { subject: row.key, fence: row.fence, posted: row.posted, crashes: row.crashes };
      });
    },
    renew(claims, untilMs) {
      const ours = new Set<string>();
      for (const { subject, fence } of claims) {
        const row = subjects.get(subject);
        if (row === undefined || row.fence !== fence || row.leaseUntilMs === null) continue;
        row.leaseUntilMs = untilMs;
        ours.add(subject);
      }
      return ours;
    },
    wake: post,
    postpone(claim, atMs) {
      const row = subjects.get(claim.subject);
      if (row === undefined || row.fence !== claim.fence) return;
      row.readyAtMs = atMs;
      row.leaseUntilMs = null;
    },
    nextReadyAtMs() {
      let nextMs: number | null = null;
      for (const { readyAtMs, leaseUntilMs } of subjects.values()) {
        if (readyAtMs === null) continue;
        const atMs = Math.max(readyAtMs, leaseUntilMs ?? 0);
        if (nextMs === null || atMs < nextMs) nextMs = atMs;
      }
      return nextMs;
    },
  };
}
