import type { Program } from '@heddle/engine';
import type { JsonObject, RunSnapshot } from '@heddle/schemas';
import type { ChildOutcome, Parent, StoredWait } from '../model/tables.ts';

/** A live flow of the simulation. */
export interface LiveFlow {
  readonly number: number;
  /** By which other flows call it. */
  readonly name: string;
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
  readonly contactId: string | null;
  readonly eventId: string | null;
  readonly eventAtMs: number;
  readonly triggerNode: string;
  readonly startedAtMs: number;
  readonly inputs: JsonObject;
  /** The mailbox in which it is driven: that of the turn, or of its own for a child run about nobody. */
  readonly subject: string;
  readonly parent: Parent | null;
  /** Of the start of a flow that limits its active runs: how many there may be. */
  readonly maxActive: number | null;
  readonly isLimited: boolean;
  snapshot: RunSnapshot;
  /** Version of the stored snapshot; 0: not stored yet. */
  storedVersion: number;
  endedAtMs: number | null;
  result: ChildOutcome | null;
  isReported: boolean;
  readonly waits: Map<string, LiveWait>;
}
