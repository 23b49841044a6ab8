import type { RunNodeEffect } from '@heddle/engine';
import type { RunEvent } from '@heddle/schemas';
import type { ContactRow, EventRow, OutboxRow, RunRow } from '../model/tables.ts';
import type { Claim } from '../model/store.ts';
import type { Process } from '../scheduler.ts';
import type { Journal } from './journal.ts';
import type { LiveRun } from './live-run.ts';
import type { World } from './world.ts';

/** What child runs of a turn lead to. In memory only: what a crash takes is found again in the stored runs. */
export type ChildWork =
  | { readonly kind: 'drive'; readonly run: LiveRun; readonly toRun: readonly RunNodeEffect[] }
  | {
      readonly kind: 'ended';
      readonly parent: LiveRun;
      readonly event: Extract<RunEvent, { kind: 'childFinished' }>;
      /** The run that ended, and in whose hands it is, if in ours; null when it could not even start. */
      readonly child: { readonly id: string; readonly run: LiveRun | null } | null;
    };

/** What everything that happens within one turn shares. */
export interface Turn {
  readonly world: World;
  readonly process: Process;
  readonly claim: Claim;
  readonly journal: Journal;
  /** Set when the lease is lost. */
  readonly signal: { isAborted: boolean };
  nowMs(): number;
  /** Null for a mailbox that is about nobody. */
  readonly contact: ContactRow | null;
  readonly runs: LiveRun[];
  readonly events: readonly EventRow[];
  /** Events among them that were taken before and wait for their turn to start a run. */
  readonly queuedIds: Set<string>;
  readonly nextEventAtMs: number | null;
  /** When the first event that this turn holds back may be taken; null: none is. */
  readonly held: { untilMs: number | null };
  /** Outbox rows by `sendName`, as far as they are known to this turn. */
  readonly outbox: Map<string, OutboxRow>;
  /** Events that were stored when the turn was loaded; the judge's. */
  readonly loadedEvents: number;
  /** Ends of child runs that were stored and not told to their run yet. */
  readonly ended: readonly RunRow[];
  readonly work: ChildWork[];
  /** Events of this turn whose start waits for its turn, in order. */
  readonly queue: { readonly event: EventRow; readonly flow: number }[];
  /** Flows of which a run ended in this turn. */
  readonly endedFlows: Set<number>;
}
