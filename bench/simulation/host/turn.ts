import type { HandlerRegistry, Program } from '@heddle/engine';
import type { JsonObject, RunSnapshot } from '@heddle/schemas';
import type { Bug } from '../bugs.ts';
import type { Judge } from '../judge.ts';
import type { ContactRow, EventRow, OutboxRow, StoredWait } from '../model/tables.ts';
import type { ModelPlatform } from '../model/platform.ts';
import type { Claim, Store } from '../model/store.ts';
import type { Prng } from '../prng.ts';
import type { Process, Scheduler } from '../scheduler.ts';
import type { Trace } from '../trace.ts';
import type { Journal } from './journal.ts';

/** A live flow of the simulation. */
export interface LiveFlow {
  readonly number: number;
  readonly program: Program;
  readonly priority: number;
  readonly inputs: JsonObject;
}

/** Everything the processes of a simulation share: the world outside of them. */
export interface World {
  readonly random: Prng;
  readonly scheduler: Scheduler;
  readonly store: Store;
  readonly platform: ModelPlatform;
  readonly judge: Judge;
  readonly trace: Trace;
  readonly bugs: ReadonlySet<Bug>;
  readonly registry: HandlerRegistry;
  readonly flows: readonly LiveFlow[];
  /** Draws how long a call to the database takes; may throw a `DatabaseError` before or after the effect. */
  database<T>(process: Process, label: string, effect: () => T): Promise<T>;
}

export interface LiveWait {
  readonly position: string;
  readonly node: string;
  readonly spec: StoredWait;
  readonly dueAtMs: number | null;
  readonly createdAtMs: number;
  /** True time before which it must not fire; the judge's. */
  readonly notBeforeTrueMs: number;
}

/** A run in the hands of the turn that holds its subject. */
export interface LiveRun {
  readonly id: string;
  readonly flow: LiveFlow;
  readonly contactId: string;
  readonly eventId: string;
  readonly eventAtMs: number;
  readonly triggerNode: string;
  readonly startedAtMs: number;
  snapshot: RunSnapshot;
  /** Version of the stored snapshot; 0: not stored yet. */
  storedVersion: number;
  endedAtMs: number | null;
  readonly waits: Map<string, LiveWait>;
}

/** What everything that happens within one turn shares. */
export interface Turn {
  readonly world: World;
  readonly process: Process;
  readonly claim: Claim;
  readonly journal: Journal;
  /** Set when the lease is lost. */
  readonly signal: { isAborted: boolean };
  nowMs(): number;
  readonly contact: ContactRow;
  readonly runs: LiveRun[];
  readonly events: readonly EventRow[];
  readonly nextEventAtMs: number | null;
  /** When the first event that this turn holds back may be taken; null: none is. */
  readonly held: { untilMs: number | null };
  /** Outbox rows by `sendName`, as far as they are known to this turn. */
  readonly outbox: Map<string, OutboxRow>;
  /** Events that were stored when the turn was loaded; the judge's. */
  readonly loadedEvents: number;
}

/** The turn is no longer ours; what is in memory must be forgotten. As `TurnLostError` of the server. */
export class TurnLost extends Error {}

/** The database did not answer, or refused: another turn begins from what is stored. */
export class DatabaseError extends Error {}

/** A unique index refused a row. */
export class ConstraintError extends DatabaseError {
  readonly constraint: string;
  constructor(constraint: string) {
    super(constraint);
    this.constraint = constraint;
  }
}
