/** The tables of the real runtime (server/migrations/0002_runtime.sql) as far as its promises rest on them. */
import type { ScheduleConfig } from '@heddle/nodes/definitions';
import type {
  ErrorRecord,
  InboundEvent,
  JsonObject,
  JsonValue,
  PlatformAction,
  RunSnapshot,
  SendReceipt,
  WaitSpec,
} from '@heddle/schemas';

/** A mailbox. */
export interface SubjectRow {
  readonly key: string;
  readyAtMs: number | null;
  lane: 0 | 1;
  leaseUntilMs: number | null;
  fence: number;
  posted: number;
  crashes: number;
}

export interface EventRow {
  readonly id: string;
  readonly subject: string;
  readonly event: InboundEvent;
  /** Set when the event is meant for one flow, or for one run of it. */
  readonly target: { readonly flow: number; readonly node: string } | null;
  state: 'pending' | 'completed' | 'ignored' | 'failed';
  reason: string | null;
  skipped: readonly string[];
  runIds: readonly string[];
  attempts: number;
  retryAtMs: number | null;
  /** Count of stored events when this one came; not a column: the judge's. */
  readonly storedAs: number;
}

export interface RunRow {
  readonly id: string;
  readonly flow: number;
  readonly subject: string;
  readonly contactId: string | null;
  /** Null: a run above started it. */
  readonly eventId: string | null;
  readonly eventAtMs: number;
  readonly triggerNode: string;
  readonly startedAtMs: number;
  status: RunSnapshot['status'];
  /** JSON, as in the column. */
  snapshot: string;
  version: number;
  endedAtMs: number | null;
  readonly inputs: JsonObject;
  readonly parent: Parent | null;
  /** Of a child run that ended: what the run above gets. */
  result: ChildOutcome | null;
  /** The run above knows the end of this one, or does not care any more. */
  isReported: boolean;
  /** It takes one of the places of a flow that limits its active runs. */
  readonly isLimited: boolean;
}

/** The run that started a child run, at which position, for which of its items. `node` is no column: the judge's. */
export interface Parent {
  readonly runId: string;
  readonly position: string;
  readonly index: number;
  readonly node: string;
}

export interface ChildOutcome {
  readonly output?: JsonValue;
  readonly breaks?: true;
}

/** A start that waits for its turn; the event itself stays pending. */
export interface QueuedStart {
  readonly eventId: string;
  readonly flow: number;
  readonly subject: string;
  readonly queuedAtMs: number;
}

/** What another system reported. */
export interface NamedEvent {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly reportedAtMs: number;
}

/** A token bucket of the platform's limits. */
export interface BudgetRow {
  tokens: number;
  updatedAtMs: number;
  closedUntilMs: number;
}

/** A live schedule. */
export interface ScheduleRow {
  readonly flow: number;
  readonly node: string;
  readonly config: ScheduleConfig;
  nextTickAtMs: number;
}

export type StoredWait = WaitSpec | { kind: 'retry'; dueAtMs: number; isPutOff?: true };

export interface WaitRow {
  readonly runId: string;
  readonly position: string;
  readonly node: string;
  readonly spec: StoredWait;
  readonly dueAtMs: number | null;
  readonly createdAtMs: number;
  /** True time before which it must not fire; not a column: the judge's. */
  readonly notBeforeTrueMs: number;
}

export type OutboxState = 'planned' | 'sending' | 'sent' | 'refused' | 'failed' | 'unknown';

/** One thing to send. Replaced, never changed in place. */
export interface OutboxRow {
  readonly id: string;
  readonly runId: string;
  readonly node: string;
  readonly visit: number;
  readonly key: string;
  readonly subject: string;
  readonly connectionId: string | null;
  readonly state: OutboxState;
  readonly action: PlatformAction;
  readonly target: string | null;
  readonly summary: string;
  readonly platformId: string | null;
  readonly receipt: SendReceipt | null;
  readonly reason: string | null;
  readonly error: ErrorRecord | null;
  readonly attempts: number;
  readonly sendingAtMs: number | null;
}

export interface ContactRow {
  readonly id: string;
  readonly platformId: string;
  tags: readonly string[];
  fields: JsonObject;
  lastInboundAtMs: number | null;
  isOptedOut: boolean;
}

/** Name of a send: at most one effect at the platform for each. */
export function sendName(row: Pick<OutboxRow, 'runId' | 'node' | 'visit' | 'key'>): string {
  return `${row.runId}/${row.node}/${row.visit}/${row.key}`;
}
