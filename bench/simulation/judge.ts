import { isDeepStrictEqual } from 'node:util';
import type { RateLimit } from '@heddle/engine';
import { checkChildren, checkEvents, checkRuns, checkSends, checkTicks, type Fail } from './checks-at-rest.ts';
import type { PendingChanges } from './host/pending-changes.ts';
import type { LiveRun, LiveWait } from './host/live-run.ts';
import type { Claim, Store } from './model/store.ts';
import { sendName, type EventRow, type OutboxRow, type SubjectRow } from './model/tables.ts';
import type { Process } from './scheduler.ts';
import { Violation } from './violation.ts';

/** Watches a simulation and knows what really happened. The first broken promise is kept. */
export interface Judge {
  readonly found: Violation | null;
  /** An event was stored, so its sender was told that it will not be lost. */
  accepted(key: string): void;
  checkpointAccepted(facts: {
    claim: Claim;
    subject: SubjectRow;
    changes: PendingChanges;
    store: Store;
    loadedEvents: number;
  }): void;
  snapshotStored(run: LiveRun, json: string): void;
  /** @param isRunActive Whether the run had not ended at that moment. */
  outboxWritten(row: OutboxRow, process: Process, isRunActive: boolean): void;
  /** Something arrived at the platform. */
  effectHappened(name: string, store: Store, effects: number): void;
  /** From now on the outcome of a send may rightly be unknown. */
  outcomeUnclear(name: string): void;
  /** A process died or froze: so may the outcomes of all its calls under way. */
  processStruck(process: Process): void;
  /** Everything of a checkpoint is stored. */
  checkpointWritten(store: Store, changes: PendingChanges): void;
  timerFired(run: LiveRun, wait: LiveWait, store: Store): void;
  /** A run was told the end of a child run, as a checkpoint says. */
  childTold(id: string): void;
  /**
   * A call was taken out of the limits.
   *
   * @param pausedUntilMs Sending is paused until then, and this call is the one that finds out; null: it is not paused.
   */
  announced(pausedUntilMs: number | null, limits: readonly RateLimit[]): void;
  /** A member was told that their decision counts. */
  decided(question: string): void;
  /** Faults have stopped: from here on everything must happen in time. */
  faultsStopped(): void;
  /** Nothing is left to do: everything must have come to its end. */
  atRest(store: Store, effects: ReadonlyMap<string, readonly string[]>): void;
  fail(rule: string, message: string): void;
}

/** Rounding, and the time between two looks at the clock. */
const EARLY_TOLERANCE_MS = 1_000;
/** After faults stopped: the longest an expired lease (15 s) and its neighbours in the row can hold anything up, with room to spare. */
const LATE_AFTER_MS = 120_000;
/** Between the moment by which a checkpoint draws from a limit and its commit: a slow database, and a clock that was set forward. */
const DRAW_TOLERANCE_MS = 10_000;

/**
 * @param clock What the clock of the database was set forward and back by so far, ms: both shift what "early" and "late" mean.
 */
export function createJudge(deps: {
  nowMs: () => number;
  clock: { readonly forwardMs: number; readonly backMs: number };
}): Judge {
  const { nowMs, clock } = deps;
  const acceptedKeys = new Map<string, number>();
  const unclear = new Set<string>();
  const openSends = new Map<string, Process>();
  const told = new Set<string>();
  const decided = new Set<string>();
  const draws: number[] = [];
  let probe: { readonly pausedUntilMs: number; readonly atMs: number } | null = null;
  let found: Violation | null = null;
  let calmSinceMs: number | null = null;

  const fail = (rule: string, message: string): void => {
    found ??= new Violation(rule, message);
  };
  const checkLate = (what: string, dueTrueMs: number): void => {
    if (calmSinceMs === null) return;
    const lateMs = nowMs() - Math.max(dueTrueMs, calmSinceMs) - clock.backMs;
    if (lateMs > LATE_AFTER_MS)
      fail('late', `${what} came ${Math.round(lateMs / 1000)} s late, long after faults had stopped`);
  };
  const checkOrder = (facts: Parameters<Judge['checkpointAccepted']>[0]): void => {
    const { changes, store, claim, loadedEvents } = facts;
    for (const [id, { state }] of changes.events) {
      if (state === 'pending') continue; // held back
      const settled = store.events.get(id);
      if (settled === undefined) return fail('events', `event ${id} is settled but not stored`);
      if (settled.attempts === 0 && settled.retryAtMs === null && !store.queued.has(id))
        checkLate(`event ${id}`, acceptedKeys.get(settled.event.key) ?? 0);
      for (const other of store.events.values()) {
        const isInLine =
          other.subject === claim.subject &&
          other.state === 'pending' &&
          other.attempts === 0 &&
          other.retryAtMs === null &&
          !store.queued.has(other.id) &&
          !changes.queued.has(other.id);
        const result = changes.events.get(other.id);
        // Taken, it is settled, put off until a moment, or in the queue; the turn after a crash knows no more than that.
        const isTaken = result !== undefined && (result.state !== 'pending' || result.retryAtMs !== null);
        if (isInLine && other.storedAs < loadedEvents && !isTaken && comesBefore(other, settled)) {
          fail(
            'order',
            `event ${id} of ${claim.subject} was taken before ${other.id}, which happened earlier and was there`,
          );
        }
      }
    }
  };

  return {
    get found() {
      return found;
    },
    accepted: (key) => void (acceptedKeys.has(key) || acceptedKeys.set(key, nowMs())),
    checkpointAccepted(facts) {
      const { claim, subject } = facts;
      if (subject.fence !== claim.fence) {
        fail(
          'staleFence',
          `a write with fence ${claim.fence} was accepted; ${claim.subject} is at fence ${subject.fence}`,
        );
      }
      checkOrder(facts);
    },
    snapshotStored(run, json) {
      const back: unknown = JSON.parse(json);
      if (!isDeepStrictEqual(back, run.snapshot))
        fail('snapshotJson', `the snapshot of ${run.id} is another one after going through JSON`);
    },
    outboxWritten(row, process, isRunActive) {
      const name = sendName(row);
      if (row.state === 'sending') openSends.set(name, process);
      else openSends.delete(name);
      // The commit was on its way when its process was struck: nobody will make the call in time.
      if (row.state === 'sending' && (!process.isAlive || process.frozenUntilMs > nowMs())) unclear.add(name);
      if (row.state === 'sending' && !isRunActive)
        fail('sentAfterEnd', `${name} went to "sending" after its run had ended`);
      if (row.state === 'unknown' && !unclear.has(name))
        fail('unknown', `${name} is "unknown", but nothing happened that could have hidden its outcome`);
    },
    effectHappened(name, store, effects) {
      if (effects > 1) fail('sentTwice', `${name} had its effect at the platform ${effects} times`);
      if (!store.outbox.has(name)) fail('sentWithoutRow', `${name} had its effect, but no outbox row is stored`);
    },
    outcomeUnclear: (name) => void unclear.add(name),
    processStruck(process) {
      for (const [name, by] of openSends) if (by === process) unclear.add(name);
    },
    checkpointWritten(store, changes) {
      for (const run of changes.runs) if (run.parent === null && run.endedAtMs === null) checkActive(store, run, fail);
      checkQueueOrder(store, changes, fail);
    },
    childTold(id) {
      if (told.has(id)) fail('toldTwice', `the end of the child run ${id} was told twice`);
      told.add(id);
    },
    announced(pausedUntilMs, limits) {
      const atMs = nowMs() + clock.forwardMs;
      if (pausedUntilMs !== null && clock.backMs === 0) {
        if (atMs < pausedUntilMs - DRAW_TOLERANCE_MS)
          fail('sentWhilePaused', 'a call was made while the account is paused');
        if (probe?.pausedUntilMs === pausedUntilMs && atMs - probe.atMs < 30_000 - DRAW_TOLERANCE_MS)
          fail('sentWhilePaused', 'two calls at once find out whether the platform works again');
        probe = { pausedUntilMs, atMs };
      }
      draws.push(atMs);
      if (clock.backMs > 0) return;
      for (const { bucket, amount, perMs } of limits) {
        const within = draws.filter((drawnAtMs) => drawnAtMs > atMs - perMs + 2 * DRAW_TOLERANCE_MS).length;
        if (within > amount)
          fail('overdrawn', `"${bucket}" allows ${amount} calls in ${perMs} ms; there were ${within}`);
      }
    },
    decided(question) {
      if (decided.has(question)) fail('decidedTwice', `two members were told that they decided ${question}`);
      decided.add(question);
    },
    timerFired(run, wait, store) {
      const { spec } = wait;
      if (spec.kind === 'event' && wasReportedBefore(store, run, wait, spec))
        fail('reportLost', `${run.id} at ${wait.node} did not get "${spec.name}", which was reported before it waited`);
      const earlyMs = wait.notBeforeTrueMs - nowMs() - clock.forwardMs;
      if (earlyMs > EARLY_TOLERANCE_MS)
        fail('early', `the ${wait.spec.kind} wait of ${run.id} at ${wait.node} fired ${earlyMs} ms early`);
      checkLate(`the ${wait.spec.kind} wait of ${run.id} at ${wait.node}`, wait.notBeforeTrueMs);
    },
    faultsStopped: () => {
      calmSinceMs = nowMs();
    },
    atRest(store, effects) {
      checkEvents(store, acceptedKeys, fail);
      checkRuns(store, fail);
      checkChildren(store, fail);
      checkTicks(store, fail);
      checkSends(store, effects, unclear, fail);
    },
    fail,
  };
}

function comesBefore(a: EventRow, b: EventRow): boolean {
  const { occurredAtMs } = a.event;
  return occurredAtMs < b.event.occurredAtMs || (occurredAtMs === b.event.occurredAtMs && a.id < b.id);
}

/** A flow has no more runs at once than it may have, for one person and in all. */
function checkActive(store: Store, { flow, contactId, id }: LiveRun, fail: Fail): void {
  const { contactPolicy = 'parallel', maxActiveRuns } = flow.program.document.settings ?? {};
  const active = [...store.runs.values()].filter(
    (run) => run.flow === flow.number && run.parent === null && (run.status === 'running' || run.status === 'waiting'),
  );
  const ofPerson = active.filter((run) => run.contactId !== null && run.contactId === contactId);
  if (contactPolicy !== 'parallel' && ofPerson.length > 1)
    fail('startedTooMany', `${ofPerson.length} runs of flow ${flow.number} are active for ${contactId}, as of ${id}`);
  if (maxActiveRuns !== undefined && active.filter(({ isLimited }) => isLimited).length > maxActiveRuns)
    fail('startedTooMany', `flow ${flow.number} may have ${maxActiveRuns} runs and has ${active.length}, as of ${id}`);
}

/** A start that waited comes after every start of its flow and mailbox that waited longer. */
function checkQueueOrder(store: Store, changes: PendingChanges, fail: Fail): void {
  for (const [id, { runIds }] of changes.events) {
    if (!changes.unqueued.has(id) || runIds.length === 0) continue;
    const started = store.events.get(id);
    const run = store.runs.get(runIds[0] ?? '');
    if (started === undefined || run === undefined) continue;
    for (const waiting of store.queued.values()) {
      const other = store.events.get(waiting.eventId);
      if (waiting.flow !== run.flow || waiting.subject !== started.subject || other === undefined) continue;
      if (other.attempts === 0 && comesBefore(other, started) && other.storedAs < started.storedAs)
        fail('queueOrder', `event ${id} left the queue before ${other.id}, which came first`);
    }
  }
}

function wasReportedBefore(
  store: Store,
  run: LiveRun,
  { createdAtMs }: LiveWait,
  spec: { readonly name: string; readonly key: string },
): boolean {
  return store.known.some(
    ({ id, name, key, reportedAtMs }) =>
      name === spec.name &&
      key === spec.key &&
      reportedAtMs >= run.startedAtMs &&
      reportedAtMs < createdAtMs &&
      !store.given.has(`${id}/${run.id}`),
  );
}
