import type { RateLimit } from '@heddle/engine';
import type { EventResult, LiveContact, LiveRun, LiveWait, NodeRunRecord, OutboxRecord } from '../turn/turn-state.ts';

/** Everything that changed since the last checkpoint. */
export interface PendingChanges {
  readonly runs: Set<LiveRun>;
  readonly nodeRuns: Map<string, NodeRunRecord>;
  /** Waits to store; null: to delete. Keyed by run and position. */
  readonly waits: Map<string, { readonly run: LiveRun; readonly position: string; readonly wait: LiveWait | null }>;
  readonly outbox: Map<string, OutboxRecord>;
  readonly events: Map<string, EventResult>;
  readonly counters: Map<
    string,
    { readonly flowId: string; readonly node: string; readonly what: string; amount: number }
  >;
  readonly flowStarts: Map<string, { readonly flowId: string; readonly contactId: string; readonly atMs: number }>;
  readonly notices: {
    readonly id: string;
    readonly runId: string;
    readonly flowId: string;
    readonly node: string;
    readonly text: string;
  }[];
  /** Ids of child runs whose end was told to the run above. */
  readonly reported: Set<string>;
  /** Children to end, with all that they started. Written after the runs. */
  readonly cancelled: { readonly runId: string; readonly position: string }[];
  /** Starts that wait for their turn, by event; `maxActive` when it is the flow that is full. */
  readonly queued: Map<string, { readonly flowId: string; readonly maxActive: number | null }>;
  /** Events whose start waits no longer. */
  readonly unqueued: Set<string>;
  contact: LiveContact | null;
}

/** Limits that a send counts against. */
export interface BudgetClaim {
  readonly connectionId: string;
  readonly limits: readonly RateLimit[];
}

export type FlushOutcome =
  | { readonly kind: 'written'; readonly posted: string }
  /** Nothing was written: the limit, or the breaker (bucket `breaker`), allows the send at `atMs`. */
  | { readonly kind: 'overBudget'; readonly atMs: number; readonly bucket: string };

export interface FlushOptions {
  /** Limits that this checkpoint draws from; when one is used up nothing is written. */
  readonly budget?: readonly BudgetClaim[];
  /** Ends the turn: when the subject has something to do next, or null. */
  readonly releaseAtMs?: number | null;
}
