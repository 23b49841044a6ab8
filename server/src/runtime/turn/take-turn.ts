import { sql } from 'kysely';
import type { TurnDeps } from '../deps.ts';
import { toChildFinished } from '@heddle/engine';
import { applyEvent } from '../drive/apply-event.ts';
import { driveRun, openNodeRuns } from '../drive/drive-run.ts';
import type { ProgramCache } from '../drive/program-cache.ts';
import { createTurnJournal } from '../journal/turn-journal.ts';
import { TurnLostError } from '../journal/turn-lost-error.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import { salvageSends } from '../outbox/salvage-sends.ts';
import { failRun, recordEventFailure, setAside } from './give-up.ts';
import { RunFault } from './run-fault.ts';
import { takeEvent } from './take-event.ts';
import { programOf, type Turn } from './turn.ts';
import type { LoadedTurn } from './load-turn.ts';
import type { LiveRun, PendingEvent } from './turn-state.ts';

/** What kills this many workers in a row is set aside. Higher than 3 because a machine that restarts often kills innocents too. */
const MAX_CRASHES = 5;
/** A person may change runs under a turn this often; then the subject is left until its lease ends. */
const MAX_TIMES_LOST = 10;

/**
 * One turn of a subject: finish what a dead worker left, fire what is due, take the events in order, go to sleep until the next wait.
 *
 * Never throws for what a flow or an event did: that is recorded on them. @throws when the database fails; the lease then ends by itself.
 *
 * @param loaded What it begins with, if that was read together with the claim.
 */
export async function takeTurn(
  deps: TurnDeps,
  programs: ProgramCache,
  claim: Claim,
  signal: AbortSignal,
  loaded?: LoadedTurn,
): Promise<'done' | 'lost'> {
  let current = claim;
  let timesLost = 0;
  let first = loaded;
  for (;;) {
    const turn = openTurn(deps, programs, current, signal, first ?? (await deps.turns.load(current)));
    first = undefined;
    try {
      if (current.crashes >= MAX_CRASHES) await setAside(turn);
      else if (!(await serve(turn))) {
        // An event failed: what is in memory is of no use, but for what left the house.
        await salvageSends(turn);
        continue;
      }
      if (turn.hasMore) {
        await turn.journal.flush();
        continue;
      }
      const outcome = await turn.journal.flush({ releaseAtMs: nextDueAtMs(turn) });
      if (outcome.kind !== 'written' || outcome.posted === current.posted) return 'done';
      // Something came in meanwhile, and the subject is still ours.
      current = { ...current, posted: outcome.posted, crashes: 0 };
    } catch (error) {
      if (!(error instanceof TurnLostError)) {
        // The database may be what failed: then the rows stay `sending`, and the platform will be asked.
        await salvageSends(turn).catch((cause: unknown) =>
          turn.log.warn({ error: cause }, 'Results of sends could not be saved'),
        );
        throw error;
      }
      turn.log.info({ reason: error.message }, 'A turn was given up');
      await salvageSends(turn);
      timesLost += 1;
      if (signal.aborted || timesLost > MAX_TIMES_LOST || !(await isStillOurs(deps, current))) return 'lost';
      // A run was changed by a person (cancelled, retried): look again.
    }
  }
}

function openTurn(deps: TurnDeps, programs: ProgramCache, claim: Claim, signal: AbortSignal, loaded: LoadedTurn): Turn {
  let log: Turn['log'] | undefined;
  const journal = createTurnJournal(deps, claim);
  // The person did something: that is noted by the first checkpoint, in which somebody new is stored as well.
  if (loaded.contact?.lastEventAtMs != null) journal.pending.contact = loaded.contact;
  return {
    deps,
    claim,
    programs,
    journal,
    // Most turns have nothing to log, and a logger of its own costs as much as a node.
    get log() {
      return (log ??= deps.log.child({ workspaceId: claim.workspaceId, subject: claim.subject }));
    },
    signal,
    outbox: new Map(),
    held: { untilMs: null },
    work: [],
    calls: new Map(),
    queue: [],
    endedFlows: new Set(),
    ...loaded,
  };
}

/** @returns False when an event failed in an unexpected way; that is recorded, and the turn must be loaded afresh. */
async function serve(turn: Turn): Promise<boolean> {
  for (const run of Array.from(turn.runs)) {
    if (!(await safely(turn, run, () => driveRun(turn, run, openNodeRuns(run))))) return false;
  }
  if (!(await tellEnds(turn))) return false;
  if (!(await fireDueWaits(turn))) return false;
  for (const pending of turn.events) if (!(await takeSafely(turn, pending))) return false;
  // Starts that wait: a run that ended in this turn may have been what they waited for.
  while (turn.queue.some(({ flowId }) => turn.endedFlows.has(flowId))) {
    turn.endedFlows.clear();
    for (const { event } of turn.queue.splice(0)) {
      // It stays in the queue until it is settled: a checkpoint on the way must not say that it was never taken.
      if (!(await takeSafely(turn, { ...event, isQueued: true }))) return false;
    }
  }
  return true;
}

async function takeSafely(turn: Turn, pending: PendingEvent): Promise<boolean> {
  try {
    await takeEvent(turn, pending);
  } catch (thrown) {
    const error = thrown instanceof RunFault ? thrown.cause : thrown;
    if (isOutside(error)) throw error;
    turn.log.error({ error, eventId: pending.id }, 'An event could not be processed');
    await recordEventFailure(turn, pending, error);
    return false;
  }
  return fireDueWaits(turn);
}

/** Ends of child runs that other turns stored. */
async function tellEnds(turn: Turn): Promise<boolean> {
  const atMs = turn.deps.clock.nowMs();
  for (const { id, runId, position, index, status, error, result } of turn.ended) {
    const parent = turn.runs.find((run) => run.id === runId);
    if (parent === undefined) continue;
    const end = { status, ...result, ...(error === null ? {} : { error }) };
    const event = toChildFinished({ position, index }, end, atMs);
    if (event.kind !== 'childFinished') continue;
    turn.work.push({ kind: 'ended', parent, event, child: { id, run: null } });
    if (!(await safely(turn, parent, () => driveRun(turn, parent, [])))) return false;
  }
  return true;
}

async function fireDueWaits(turn: Turn): Promise<boolean> {
  const nowMs = turn.deps.clock.nowMs();
  for (const run of Array.from(turn.runs)) {
    for (const wait of Array.from(run.waits.values())) {
      if (wait.dueAtMs === null || wait.dueAtMs > nowMs || run.waits.get(wait.position) !== wait) continue;
      const isServed = await safely(turn, run, async () => {
        if (wait.spec.kind === 'retry' && wait.spec.isPutOff === true) giveTryBack(run, wait.position);
        const toRun = applyEvent(turn, await programOf(turn, run), run, {
          kind: 'timerFired',
          position: wait.position,
          atMs: nowMs,
        });
        await driveRun(turn, run, toRun, new Map(wait.nodeRunId === null ? [] : [[wait.position, wait.nodeRunId]]));
      });
      if (!isServed) return false;
    }
  }
  return true;
}

/** The engine counts every retry as a try; one that we put off ourselves, before any call, is none. */
function giveTryBack(run: LiveRun, id: string): void {
  const position = run.snapshot.positions[id];
  if (position === undefined) return;
  const positions = { ...run.snapshot.positions, [id]: { ...position, attempt: position.attempt - 1 } };
  run.snapshot = { ...run.snapshot, positions };
}

/** A run that cannot be driven (its version no longer compiles, a fault in our code) fails with the reason; its subject goes on. */
async function safely(turn: Turn, run: LiveRun, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    const error = thrown instanceof RunFault ? thrown.cause : thrown;
    if (isOutside(error)) throw error;
    const runId = thrown instanceof RunFault ? thrown.runId : run.id;
    turn.log.error({ error, runId }, 'A run could not be driven');
    await failRun(turn, runId, error);
    return false;
  }
}

/**
 * Faults of the house, not of an event or run: a lost lease, a database that does not answer. Data that Postgres refuses (SQLSTATE classes 22
 * and 23) would be refused again, so that is the event's or run's fault.
 */
function isOutside(error: unknown): boolean {
  if (error instanceof TurnLostError || isConnectionError(error)) return true;
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return false;
  return typeof error.code !== 'string' || !/^2[23]/.test(error.code);
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after/.test(error.message)
  );
}

/** When the subject has something to do next. Whatever is left in the past is due at once. */
function nextDueAtMs(turn: Turn): number | null {
  const times = turn.runs.flatMap((run) =>
    [...run.waits.values()].flatMap((wait) => (wait.dueAtMs === null ? [] : [wait.dueAtMs])),
  );
  if (turn.nextEventAtMs !== null) times.push(turn.nextEventAtMs);
  if (turn.held.untilMs !== null) times.push(turn.held.untilMs);
  if (turn.claim.crashes >= MAX_CRASHES) times.push(turn.deps.clock.nowMs());
  return times.length === 0 ? null : Math.min(...times);
}

async function isStillOurs(deps: TurnDeps, claim: Claim): Promise<boolean> {
  return deps.database.withWorkspace(claim.workspaceId, async (tx) => {
    const { rows } = await sql`
      select 1 from heddle.subject where workspace_id = ${claim.workspaceId} and key = ${claim.subject} and fence = ${claim.fence}::bigint and lease_until is not null`.execute(
      tx,
    );
    return rows.length > 0;
  });
}
