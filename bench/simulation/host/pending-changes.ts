import type { ContactRow, EventRow, OutboxRow } from '../model/tables.ts';
import type { LiveRun, LiveWait } from './live-run.ts';

/** What became of an event. It stays `pending` when it is held back until `retryAtMs`. */
export type EventResult = Pick<EventRow, 'state' | 'reason' | 'skipped' | 'runIds' | 'retryAtMs'>;

/** Everything that changed since the last checkpoint. */
export interface PendingChanges {
  readonly runs: Set<LiveRun>;
  /** Waits to store; null: to delete. By `run/position`. */
  readonly waits: Map<string, { readonly run: LiveRun; readonly position: string; readonly wait: LiveWait | null }>;
  readonly outbox: Map<string, OutboxRow>;
  readonly events: Map<string, EventResult>;
  /** By `flow/contact`. */
  readonly flowStarts: Map<string, number>;
  /** Child runs whose end was told to the run above. */
  readonly told: Set<string>;
  /** Children to end, with all that they started. Written after the runs. */
  readonly cancelled: { readonly runId: string; readonly position: string }[];
  /** Starts that wait for their turn, by event; `maxActive` when it is the flow that is full. */
  readonly queued: Map<string, { readonly flow: number; readonly maxActive: number | null }>;
  /** Events whose start waits no longer. */
  readonly unqueued: Set<string>;
  contact: ContactRow | null;
}
