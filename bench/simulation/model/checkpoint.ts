import type { PendingChanges } from '../host/pending-changes.ts';
import type { LiveRun } from '../host/live-run.ts';
import type { World } from '../host/world.ts';
import { ConstraintError, TurnLost } from '../host/failures.ts';
import type { Process } from '../scheduler.ts';
import { personOf } from '../world/people.ts';
import { giveEarlyReport } from './answer-waits.ts';
import { drawBudget } from './budget.ts';
import { cancelChildren, firstQueued, isActive } from './end-runs.ts';
import type { Claim, Store } from './store.ts';
import { sendName, type OutboxRow, type WaitRow } from './tables.ts';

export type CheckpointOutcome =
  | { readonly kind: 'written'; readonly posted: number }
  /** Nothing was written: the limit, or the breaker, allows the send at `atMs`. */
  | { readonly kind: 'overBudget'; readonly bucket: string; readonly atMs: number };

export interface CheckpointOptions {
  /** Gives the subject back; ready again then, null: nothing planned. */
  readonly releaseAtMs?: number | null;
  /** It announces a call that counts against the limits; the moment as its process sees it. */
  readonly budgetAtMs?: number;
  readonly loadedEvents: number;
}

/** States in which a private reply takes the place of every other one to its comment (index `outbox_one_private_reply`). */
const TAKES_THE_COMMENT: ReadonlySet<OutboxRow['state']> = new Set(['sending', 'sent', 'unknown']);

/**
 * The transaction of a checkpoint: all guards, then all rows. Models `heddle.write_checkpoints` for one turn.
 *
 * @throws TurnLost | ConstraintError, and nothing is written.
 */
export function writeCheckpoint(
  world: World,
  process: Process,
  claim: Claim,
  changes: PendingChanges,
  options: CheckpointOptions,
): CheckpointOutcome {
  const { store, judge } = world;
  if (options.budgetAtMs !== undefined) {
    const refusal = drawBudget(world, process, options.budgetAtMs, () => guard(world, claim, changes));
    if (refusal !== null) return { kind: 'overBudget', ...refusal };
  } else guard(world, claim, changes);
  const subject = store.subjects.get(claim.subject);
  if (subject === undefined) throw new TurnLost('The mailbox is gone.');

  judge.checkpointAccepted({ claim, subject, changes, store, loadedEvents: options.loadedEvents });
  const wakes = new Set<string>();
  for (const run of changes.runs) writeRun(world, claim, run, changes, wakes);
  for (const id of changes.told) noteTold(world, id);
  for (const { runId, position } of changes.cancelled) cancelChildren(store, runId, position);
  for (const [name, { run, position, wait }] of changes.waits) writeWait(world, claim, name, run, position, wait);
  for (const row of changes.outbox.values()) {
    store.outbox.set(sendName(row), row);
    judge.outboxWritten(row, process, isActive(store.runs.get(row.runId)));
  }
  for (const [id, result] of changes.events) {
    const row = store.events.get(id);
    if (row !== undefined)
      Object.assign(row, result, { attempts: row.attempts + (result.state === 'pending' ? 0 : 1) });
  }
  for (const [eventId, { flow }] of changes.queued)
    if (!store.queued.has(eventId))
      store.queued.set(eventId, { eventId, flow, subject: claim.subject, queuedAtMs: store.nowMs() });
  for (const id of changes.unqueued) {
    const start = store.queued.get(id);
    store.queued.delete(id);
    if (start !== undefined) for (const key of firstQueued(store, start.flow)) wakes.add(key);
  }
  for (const [name, atMs] of changes.flowStarts) store.flowStarts.set(name, atMs);
  if (changes.contact !== null) store.contacts.set(claim.subject, { ...changes.contact });
  for (const key of wakes) store.wake(key);
  judge.checkpointWritten(store, changes);
  return { kind: 'written', posted: release(world, claim, options) };
}

function release({ store, bugs }: World, claim: Claim, { releaseAtMs }: CheckpointOptions): number {
  const subject = store.subjects.get(claim.subject);
  if (releaseAtMs === undefined || subject === undefined) return claim.posted;
  const isQuiet = subject.posted === claim.posted || bugs.has('noRecheck');
  if (isQuiet) {
    // The mailbox of a run that is about nobody is not needed again.
    if (releaseAtMs === null && personOf(claim.subject) === null) store.subjects.delete(claim.subject);
    subject.readyAtMs = releaseAtMs;
    subject.lane = 1;
    subject.leaseUntilMs = null;
  }
  subject.crashes = 0;
  return isQuiet ? claim.posted : subject.posted;
}

function guard(world: World, claim: Claim, changes: PendingChanges): void {
  const { store, bugs } = world;
  for (const run of changes.runs) guardRun(world, run);
  for (const row of changes.outbox.values()) guardSend(world, changes, row);
  for (const id of changes.events.keys()) {
    if (store.events.get(id)?.state !== 'pending') throw new TurnLost('Another worker took the event.');
  }
  for (const { flow, maxActive } of changes.queued.values()) {
    if (maxActive === null) continue;
    // Whoever waits for a place must be sure that there is none, as nobody wakes them else.
    const ended = [...changes.runs].filter(
      (run) => run.flow.number === flow && run.isLimited && run.endedAtMs !== null,
    );
    const leaving = ended.filter(({ id }) => isActive(store.runs.get(id))).length;
    const waiting = [...store.queued.values()].filter((start) => start.flow === flow).length;
    if (countLimited(store, flow) - leaving + waiting < maxActive) throw new TurnLost('A place became free.');
  }
  const subject = store.subjects.get(claim.subject);
  if (subject === undefined || (subject.fence !== claim.fence && !bugs.has('dropFence')))
    throw new TurnLost('Another worker took the subject.');
}

/** Active runs of a flow that limits them. */
export function countLimited({ runs }: Store, flow: number): number {
  let count = 0;
  for (const run of runs.values()) if (run.flow === flow && run.isLimited && isActive(run)) count += 1;
  return count;
}

function guardRun({ store, bugs }: World, run: LiveRun): void {
  if (run.storedVersion > 0) {
    if (store.runs.get(run.id)?.version !== run.storedVersion)
      throw new TurnLost('The run was changed by somebody else.');
    return;
  }
  if (run.maxActive !== null && !bugs.has('fullWithoutLock') && countLimited(store, run.flow.number) >= run.maxActive)
    throw new TurnLost('The flow became full.');
  if (run.eventId === null) return;
  for (const row of store.runs.values()) {
    if (row.eventId === run.eventId && row.flow === run.flow.number && row.triggerNode === run.triggerNode) {
      throw new TurnLost('Another worker started the run of this event.');
    }
  }
}

function guardSend({ store, bugs }: World, changes: PendingChanges, row: OutboxRow): void {
  const known = store.outbox.get(sendName(row));
  if (known !== undefined && known.id !== row.id) throw new ConstraintError('outbox_run_id_node_visit_key_key');
  const isNewRun = [...changes.runs].some(({ id, storedVersion }) => id === row.runId && storedVersion === 0);
  const isAllowed = isNewRun || isActive(store.runs.get(row.runId)) || bugs.has('sendAfterCancel');
  if (row.state === 'sending' && !isAllowed) throw new TurnLost('The run has ended meanwhile.');
  if (row.action.kind !== 'privateReply' || !TAKES_THE_COMMENT.has(row.state)) return;
  for (const other of store.outbox.values()) {
    if (
      other.id !== row.id &&
      other.target === row.target &&
      other.action.kind === 'privateReply' &&
      TAKES_THE_COMMENT.has(other.state)
    ) {
      throw new ConstraintError('outbox_one_private_reply');
    }
  }
}

function writeRun(
  { store, judge, bugs, random }: World,
  claim: Claim,
  run: LiveRun,
  changes: PendingChanges,
  wakes: Set<string>,
): void {
  if (run.parent !== null && run.storedVersion === 0 && bugs.has('loseChild') && random.chance(0.1)) return;
  const snapshot = JSON.stringify(run.snapshot);
  judge.snapshotStored(run, snapshot);
  const isTold = changes.told.has(run.id) && bugs.has('forgetTold');
  store.runs.set(run.id, {
    id: run.id,
    flow: run.flow.number,
    subject: run.subject,
    contactId: run.contactId,
    eventId: run.eventId,
    eventAtMs: run.eventAtMs,
    triggerNode: run.triggerNode,
    startedAtMs: run.startedAtMs,
    inputs: run.inputs,
    parent: run.parent,
    result: run.result,
    isReported: run.isReported && !isTold,
    isLimited: run.isLimited,
    status: run.snapshot.status,
    snapshot,
    version: run.storedVersion + 1,
    endedAtMs: run.endedAtMs,
  });
  if (run.endedAtMs !== null && run.isLimited)
    for (const subject of firstQueued(store, run.flow.number)) wakes.add(subject);
  if (personOf(claim.subject) !== null) return;
  // Children with mailboxes of their own begin with a turn there; a run above hears of the end of its child in a turn of its own.
  if (run.endedAtMs === null && run.storedVersion === 0 && run.subject !== claim.subject) wakes.add(run.subject);
  if (run.endedAtMs !== null && run.parent !== null && !run.isReported) {
    const above = store.runs.get(run.parent.runId);
    if (above !== undefined && above.subject !== claim.subject) wakes.add(above.subject);
  }
}

function noteTold({ store, bugs, judge }: World, id: string): void {
  judge.childTold(id);
  const run = store.runs.get(id);
  if (run !== undefined && !bugs.has('forgetTold')) run.isReported = true;
}

function writeWait(
  { store, bugs, random }: World,
  claim: Claim,
  name: string,
  run: LiveRun,
  position: string,
  wait: Omit<WaitRow, 'runId'> | null,
): void {
  if (wait === null) {
    store.waits.delete(name);
    return;
  }
  if (bugs.has('loseWait') && random.chance(0.1)) return;
  const row: WaitRow = { runId: run.id, ...wait, position };
  store.waits.set(name, row);
  giveEarlyReport({ store }, row);
}
