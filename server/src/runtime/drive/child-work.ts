import type { Program, RunNodeEffect } from '@heddle/engine';
import type { ErrorRecord, JsonObject, RunEvent } from '@heddle/schemas';
import type { FlowBindings } from '@heddle/schemas/api';
import type { LiveRun } from '../turn/turn-state.ts';

/** What is left to do for child runs of a turn. In memory only: what a crash takes is found again in the stored runs. */
export type ChildWork =
  /** A child run was started and asks for nodes. */
  | { readonly kind: 'drive'; readonly run: LiveRun; readonly toRun: readonly RunNodeEffect[] }
  /** A child run has ended. */
  | {
      readonly kind: 'ended';
      readonly parent: LiveRun;
      readonly event: Extract<RunEvent, { kind: 'childFinished' }>;
      /** The run that ended; null when it could not even start. */
      readonly child: { readonly id: string; readonly run: LiveRun | null } | null;
    };

/** What is behind the name of a flow that is called: its live version, or why it cannot be called. */
export type FlowCall =
  | {
      readonly kind: 'live';
      readonly flowId: string;
      readonly version: number;
      readonly program: Program;
      readonly connections: FlowBindings['connections'];
      readonly inputs: JsonObject;
    }
  | { readonly kind: 'missing'; readonly error: ErrorRecord };
