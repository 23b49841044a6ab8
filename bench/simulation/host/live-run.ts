import type { Program } from '@heddle/engine';
import type { JsonObject, RunSnapshot } from '@heddle/schemas';
import type { StoredWait } from '../model/tables.ts';

/** A live flow of the simulation. */
export interface LiveFlow {
  readonly number: number;
  readonly program: Program;
  readonly priority: number;
  readonly inputs: JsonObject;
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
