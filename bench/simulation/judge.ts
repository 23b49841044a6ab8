import { isDeepStrictEqual } from 'node:util';
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
  timerFired(run: LiveRun, wait: LiveWait): void;
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
      if (settled.attempts === 0 && settled.retryAtMs === null)
        checkLate(`event ${id}`, acceptedKeys.get(settled.event.key) ?? 0);
      for (const other of store.events.values()) {
        const isInLine =
          other.subject === claim.subject &&
          other.state === 'pending' &&
          other.attempts === 0 &&
          other.retryAtMs === null;
        if (isInLine && other.storedAs < loadedEvents && !changes.events.has(other.id) && comesBefore(other, settled)) {
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
    timerFired(run, wait) {
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
      checkSends(store, effects, unclear, fail);
    },
    fail,
  };
}

function comesBefore(a: EventRow, b: EventRow): boolean {
  const { occurredAtMs } = a.event;
  return occurredAtMs < b.event.occurredAtMs || (occurredAtMs === b.event.occurredAtMs && a.id < b.id);
}

type Fail = Judge['fail'];

/** Every accepted event has ended, says why when nothing came of it, and led to one run at most. */
function checkEvents(store: Store, acceptedKeys: ReadonlyMap<string, number>, fail: Fail): void {
  const seen = new Set<string>();
  const runsByKey = new Map<string, number>();
  for (const { id, event, state, reason, runIds } of store.events.values()) {
    seen.add(event.key);
    if (state === 'pending') fail('eventLost', `event ${id} (${event.kind}) was never taken`);
    if ((state === 'ignored' || state === 'failed') && !reason)
      fail('noReason', `event ${id} is "${state}" and does not say why`);
    for (const runId of runIds)
      if (!store.runs.has(runId)) fail('runLost', `event ${id} names the run ${runId}, which is not stored`);
  }
  for (const key of acceptedKeys.keys()) if (!seen.has(key)) fail('eventLost', `the event with key ${key} is gone`);
  for (const run of store.runs.values()) {
    const event = store.events.get(run.eventId);
    const key = event?.event.key ?? '';
    runsByKey.set(key, (runsByKey.get(key) ?? 0) + 1);
    if (event?.runIds.includes(run.id) !== true)
      fail('events', `run ${run.id} was started by event ${run.eventId}, which does not know it`);
  }
  for (const [key, count] of runsByKey)
    if (count > 1) fail('startedTwice', `the event with key ${key} started ${count} runs`);
}

/** Every run has ended, no wait is left, and no subject is still held. */
function checkRuns(store: Store, fail: Fail): void {
  for (const run of store.runs.values()) {
    if (run.status === 'running' || run.status === 'waiting')
      fail('runLost', `run ${run.id} is "${run.status}" and nothing will ever wake it`);
  }
  for (const wait of store.waits.values()) fail('waitLeft', `a wait of ${wait.runId} at ${wait.node} is left`);
  for (const subject of store.subjects.values())
    if (subject.leaseUntilMs !== null) fail('leaseLeft', `${subject.key} is still held`);
}

/** What the outbox says is what happened at the platform. */
function checkSends(
  store: Store,
  effects: ReadonlyMap<string, readonly string[]>,
  unclear: ReadonlySet<string>,
  fail: Fail,
): void {
  for (const [name, row] of store.outbox) {
    const count = effects.get(name)?.length ?? 0;
    if (row.state === 'sending') fail('sendLeft', `${name} is still "sending"`);
    if (row.state === 'sent' && count !== 1) fail('sentWrongly', `${name} is "sent", but had ${count} effects`);
    if ((row.state === 'failed' || row.state === 'refused' || row.state === 'planned') && count !== 0) {
      fail('failedWrongly', `${name} is "${row.state}", but had ${count} effects`);
    }
    if (row.state === 'unknown' && !unclear.has(name)) fail('unknown', `${name} is "unknown" without need`);
  }
}
