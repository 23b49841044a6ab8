import type { ErrorRecord } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ChildResult, ChildStart, ResumeCause, WaitSpec } from './run-snapshot.ts';

/** What just happened to a run: the engine's only input. `atMs` is the host's clock, epoch ms. */
export type RunEvent =
  | {
      kind: 'started';
      node: string;
      output: JsonValue;
      /** Where it starts at the node; its first port when left out. A child run of a body starts at the body port. */
      port?: string;
      atMs: number;
    }
  | {
      kind: 'nodeSucceeded';
      position: string;
      port: string;
      output: JsonValue;
      assign?: JsonObject;
      /** In a child run of a body: the items that are left are not needed. */
      breaks?: true;
      atMs: number;
    }
  | { kind: 'nodeSuspended'; position: string; wait: WaitSpec; memo: JsonValue; atMs: number }
  | { kind: 'nodeFailed'; position: string; error: ErrorRecord; atMs: number }
  | { kind: 'timerFired'; position: string; atMs: number }
  | { kind: 'replied'; position: string; reply: JsonObject; atMs: number }
  | { kind: 'approved'; position: string; decision: 'approved' | 'rejected'; by?: string; note?: string; atMs: number }
  | { kind: 'eventArrived'; position: string; data: JsonObject; atMs: number }
  | ({ kind: 'childFinished'; position: string; breaks?: true; atMs: number } & ChildResult)
  | { kind: 'cancelled'; reason: string; atMs: number };

/** What the world must do next. Plain JSON: can be logged, compared, queued. */
export type Effect =
  | {
      kind: 'runNode';
      position: string;
      node: string;
      visit: number;
      attempt: number;
      input: JsonValue;
      memo?: JsonValue;
      resumed?: ResumeCause;
    }
  | { kind: 'scheduleWait'; position: string; node: string; wait: WaitSpec | { kind: 'retry'; dueAtMs: number } }
  | { kind: 'cancelWait'; position: string }
  | {
      kind: 'finish';
      status: 'succeeded' | 'failed' | 'cancelled';
      error?: ErrorRecord;
      /** Of a child run that succeeded: what the run that started it gets. */
      output?: JsonValue;
      breaks?: true;
    };

/**
 * What the world must do about child runs. Listed apart from other effects: only a host that names the capability `children` gets any.
 * `cancelChildren` ends every child of the position that has not ended; nothing comes back from those.
 */
export type ChildEffect =
  | {
      kind: 'startChild';
      position: string;
      node: string;
      index: number;
      /** Items in all. */
      total: number;
      start: ChildStart;
      input: JsonValue;
    }
  | { kind: 'cancelChildren'; position: string };
