import { toChildFinished } from '@heddle/engine';
import { FlowError, toErrorRecord, type RunSnapshot } from '@heddle/schemas';
import { endRun, leaveQueue } from '../model/end-runs.ts';
import type { EventRow } from '../model/tables.ts';
import type { Claim } from '../model/store.ts';
import { applyEvent } from './apply-event.ts';
import { driveRun, openNodeRuns } from './drive-run.ts';
import { createJournal } from './journal.ts';
import { loadTurn, type LoadedTurn } from './load-turn.ts';
import { EVENT_RETRY_BASE_MS, MAX_CRASHES, MAX_EVENT_ATTEMPTS } from './protocol.ts';
import { salvageSends } from './settle-sends.ts';
import { takeEvent } from './take-event.ts';
import type { LiveRun } from './live-run.ts';
import type { Taker } from './taker.ts';
import { DatabaseError, TurnLost } from './failures.ts';
import type { Turn } from './turn.ts';

interface OpenTurn extends Turn {
  readonly hasMore: boolean;
}

/** One turn of a subject, as the server's `takeTurn`. @throws DatabaseError; the subject must then be given back. */
export async function takeTurn(taker: Taker, claim: Claim, signal: { isAborted: boolean }): Promise<'done' | 'lost'> {
  let current = claim;
  for (;;) {
    const turn = await openTurn(taker, current, signal);
    try {
      if (current.crashes >= MAX_CRASHES) await setAside(turn);
      else if (!(await serve(turn))) continue; // an event failed: what is in memory is of no use
      if (turn.hasMore) {
        await turn.journal.flush();
        continue;
      }
      const outcome = await turn.journal.flush({ releaseAtMs: nextDueAtMs(turn) });
      if (outcome.kind !== 'written' || outcome.posted === current.posted) return 'done';
      current = { ...current, posted: outcome.posted, crashes: 0 };
    } catch (error) {
      if (!(error instanceof TurnLost)) {
        await salvageIfPossible(turn);
        throw error;
      }
      taker.world.trace.note(() => `${taker.process.name} gives up ${current.subject}: ${error.message}`);
      await salvageSends(turn);
      if (signal.isAborted || !(await isStillOurs(taker, current))) return 'lost';
    }
  }
}

async function openTurn(taker: Taker, claim: Claim, signal: { isAborted: boolean }): Promise<OpenTurn> {
  const { world, process } = taker;
  const loaded: LoadedTurn = await world.database(process, `load ${claim.subject}`, () =>
    loadTurn(world, claim, taker.nowMs()),
  );
  const journal = createJournal(world, process, claim, () => loaded.loadedEvents);
  return {
    world,
    process,
    claim,
    journal,
    signal,
    nowMs: taker.nowMs,
    outbox: new Map(),
    held: { untilMs: null },
    work: [],
    queue: [],
    endedFlows: new Set(),
    ...loaded,
  };
}

/** @returns False when an event failed in an unexpected way; that is recorded, and the turn must be loaded afresh. */
async function serve(turn: OpenTurn): Promise<boolean> {
  for (const run of turn.runs.slice()) await driveRun(turn, run, openNodeRuns(run));
  await tellEnds(turn);
  await fireDueWaits(turn);
  for (const row of turn.events) if (!(await takeSafely(turn, row))) return false;
  // Starts that wait: a run that ended in this turn may have been what they waited for.
  while (turn.queue.some(({ flow }) => turn.endedFlows.has(flow))) {
    turn.endedFlows.clear();
    for (const { event } of turn.queue.splice(0)) {
      // It stays in the queue until it is settled: a checkpoint on the way must not say that it was never taken.
      const isForgotten = turn.world.bugs.has('leavePlace') && turn.journal.pending.queued.delete(event.id);
      if (!isForgotten && !turn.world.bugs.has('keepPlace')) turn.queuedIds.add(event.id);
      if (!(await takeSafely(turn, event))) return false;
    }
  }
  return true;
}

async function takeSafely(turn: OpenTurn, row: EventRow): Promise<boolean> {
  try {
    await takeEvent(turn, row);
  } catch (error) {
    if (error instanceof TurnLost || error instanceof DatabaseError) throw error;
    if (!turn.world.bugs.has('forgetSends')) await salvageSends(turn);
    await recordEventFailure(turn, row, row.attempts + 1, error);
    return false;
  }
  await fireDueWaits(turn);
  return true;
}

/** Ends of child runs that other turns stored. */
async function tellEnds(turn: OpenTurn): Promise<void> {
  const atMs = turn.nowMs();
  for (const { id, parent: above, status, snapshot, result } of turn.ended) {
    const parent = turn.runs.find((run) => run.id === above?.runId);
    if (parent === undefined || above === null || status === 'running' || status === 'waiting') continue;
    const { error } = JSON.parse(snapshot) as RunSnapshot;
    const end = { status, ...result, ...(error === undefined ? {} : { error }) };
    const event = toChildFinished(above, end, atMs);
    if (event.kind !== 'childFinished') continue;
    turn.work.push({ kind: 'ended', parent, event, child: { id, run: null } });
    await driveRun(turn, parent, []);
  }
}

/** The database failed once and may take these rows now. */
async function salvageIfPossible(turn: OpenTurn): Promise<void> {
  if (turn.world.bugs.has('forgetSends')) return;
  try {
    await salvageSends(turn);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
}

async function fireDueWaits(turn: OpenTurn): Promise<void> {
  const nowMs = turn.nowMs();
  for (const run of turn.runs.slice()) {
    for (const wait of Array.from(run.waits.values())) {
      if (wait.dueAtMs === null || wait.dueAtMs > nowMs || !run.waits.has(wait.position)) continue;
      turn.world.judge.timerFired(run, wait, turn.world.store);
      if (wait.spec.kind === 'retry' && wait.spec.isPutOff === true) giveTryBack(run, wait.position);
      await driveRun(turn, run, applyEvent(turn, run, { kind: 'timerFired', position: wait.position, atMs: nowMs }));
    }
  }
}

/** The engine counts every retry as a try; one that we put off ourselves, before any call, is none. */
function giveTryBack(run: LiveRun, id: string): void {
  const position = run.snapshot.positions[id];
  if (position === undefined) return;
  const positions = { ...run.snapshot.positions, [id]: { ...position, attempt: position.attempt - 1 } };
  run.snapshot = { ...run.snapshot, positions };
}

async function recordEventFailure(turn: OpenTurn, { id }: EventRow, attempts: number, error: unknown): Promise<void> {
  const isOver = attempts >= MAX_EVENT_ATTEMPTS;
  const { store } = turn.world;
  await turn.world.database(turn.process, `failure of ${id}`, () => {
    const row = store.events.get(id);
    if (row?.state !== 'pending') return;
    row.attempts = attempts;
    row.state = isOver ? 'failed' : 'pending';
    row.reason = toErrorRecord(error).message;
    if (isOver) leaveQueue(store, id);
    row.retryAtMs = isOver ? null : turn.nowMs() + EVENT_RETRY_BASE_MS * 5 ** (attempts - 1);
  });
}

/** The subject killed several workers: the first thing it would do is not tried again. */
async function setAside(turn: OpenTurn): Promise<void> {
  const interrupted = turn.runs.find((run) => run.snapshot.status === 'running');
  const first = turn.events[0];
  const error = new FlowError(
    'NODE_CRASHED',
    'The server stopped several times while this was running, so it was set aside.',
  );
  if (interrupted !== undefined) await failRun(turn, interrupted, error);
  else if (first !== undefined) await recordEventFailure(turn, first, MAX_EVENT_ATTEMPTS, error);
}

async function failRun(turn: OpenTurn, run: LiveRun, error: unknown): Promise<void> {
  const { store } = turn.world;
  await turn.world.database(turn.process, `fail ${run.id}`, () => {
    const row = store.runs.get(run.id);
    if (row?.status !== 'running' && row?.status !== 'waiting') return;
    endRun(store, row, 'failed', { error: toErrorRecord(error) });
  });
}

/** When the subject has something to do next. Whatever is left in the past is due at once. */
function nextDueAtMs(turn: OpenTurn): number | null {
  const times = turn.runs.flatMap((run) =>
    [...run.waits.values()].flatMap((wait) => (wait.dueAtMs === null ? [] : [wait.dueAtMs])),
  );
  if (turn.nextEventAtMs !== null) times.push(turn.nextEventAtMs);
  if (turn.held.untilMs !== null) times.push(turn.held.untilMs);
  if (turn.claim.crashes >= MAX_CRASHES) times.push(turn.nowMs());
  return times.length === 0 ? null : Math.min(...times);
}

function isStillOurs({ world, process }: Taker, claim: Claim): Promise<boolean> {
  return world.database(process, `is ${claim.subject} still ours`, () => {
    const row = world.store.subjects.get(claim.subject);
    return row?.fence === claim.fence && row.leaseUntilMs !== null;
  });
}
