import type { ErrorRecord } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResumeCause, WaitSpec } from './run-snapshot.ts';

/** What just happened to a run: the engine's only input. `atMs` is the host's clock, epoch ms. */
export type RunEvent =
  | { kind: 'started'; node: string; output: JsonValue; atMs: number }
  | { kind: 'nodeSucceeded'; position: string; port: string; output: JsonValue; assign?: JsonObject; atMs: number }
  | { kind: 'nodeSuspended'; position: string; wait: WaitSpec; memo: JsonValue; atMs: number }
  | { kind: 'nodeFailed'; position: string; error: ErrorRecord; atMs: number }
  | { kind: 'timerFired'; position: string; atMs: number }
  | { kind: 'replied'; position: string; reply: JsonObject; atMs: number }
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
  | { kind: 'finish'; status: 'succeeded' | 'failed' | 'cancelled'; error?: ErrorRecord };
