import type { Program } from '@heddle/engine';
import type { RuntimeDeps } from '../deps.ts';
import type { ProgramCache } from '../drive/program-cache.ts';
import type { TurnJournal } from '../journal/turn-journal.ts';
import type { Log } from '../../log/index.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { Listener, LiveContact, LiveRun, OutboxRecord, PendingEvent } from './turn-state.ts';

/** What everything that happens within one turn shares. */
export interface Turn {
  readonly deps: RuntimeDeps;
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
}

/** The program of a run's version. */
export function programOf(turn: Turn, run: LiveRun): Promise<Program> {
  return turn.programs.get(turn.claim.workspaceId, run.flowId, run.flowVersion);
}
