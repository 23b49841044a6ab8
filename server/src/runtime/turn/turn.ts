import type { Program } from '@heddle/engine';
import type { TurnDeps } from '../deps.ts';
import type { ProgramCache } from '../drive/program-cache.ts';
import type { TurnJournal } from '../journal/turn-journal.ts';
import type { Log } from '../../log/index.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { ChildWork, FlowCall } from '../drive/child-work.ts';
import type { EndedChild, Listener, LiveContact, LiveRun, OutboxRecord, PendingEvent } from './turn-state.ts';

/** What everything that happens within one turn shares. */
export interface Turn {
  readonly deps: TurnDeps;
  readonly claim: Claim;
  readonly programs: ProgramCache;
  readonly journal: TurnJournal;
  readonly log: Log;
  /** Aborted when the lease is lost or the process stops. */
  readonly signal: AbortSignal;
  readonly contact: LiveContact | null;
  /** Runs of the subject that have not ended, oldest first; new ones are added. */
  readonly runs: LiveRun[];
  readonly events: readonly PendingEvent[];
  /** Live triggers for the kinds of these events; higher priority and age first. */
  readonly listeners: readonly Listener[];
  /** When the first event that is put off may be tried again. */
  readonly nextEventAtMs: number | null;
  /** When the first event that this turn holds back may be taken; null: none is. */
  readonly held: { untilMs: number | null };
  /** True when the mailbox holds more events than were loaded. */
  readonly hasMore: boolean;
  /** Outbox rows by run, node, visit and key, as far as they are known to this turn. */
  readonly outbox: Map<string, OutboxRecord>;
  /** Ends of child runs that were stored and not told to their run yet. */
  readonly ended: readonly EndedChild[];
  /** What child runs of this turn lead to, in order. */
  readonly work: ChildWork[];
  /** Flows that runs of this turn call, by the name they use. */
  readonly calls: Map<string, FlowCall>;
  /** Events of this turn whose start waits for its turn, in order. */
  readonly queue: { readonly event: PendingEvent; readonly flowId: string }[];
  /** Flows of which a run ended in this turn. */
  readonly endedFlows: Set<string>;
}

/** The program of a run's version. */
export function programOf(turn: Turn, run: LiveRun): Promise<Program> {
  return turn.programs.get(turn.claim.workspaceId, run.flowId, run.flowVersion);
}
