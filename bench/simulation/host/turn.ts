import type { ContactRow, EventRow, OutboxRow } from '../model/tables.ts';
import type { Claim } from '../model/store.ts';
import type { Process } from '../scheduler.ts';
import type { Journal } from './journal.ts';
import type { LiveRun } from './live-run.ts';
import type { World } from './world.ts';

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
