import type { PendingChanges } from '../host/pending-changes.ts';
import type { LiveRun } from '../host/live-run.ts';
import type { World } from '../host/world.ts';
import { ConstraintError, TurnLost } from '../host/failures.ts';
import type { Process } from '../scheduler.ts';
import type { Claim } from './store.ts';
import { sendName, type OutboxRow, type RunRow } from './tables.ts';

export interface CheckpointOutcome {
  readonly posted: number;
}

/** States in which a private reply takes the place of every other one to its comment (index `outbox_one_private_reply`). */
const TAKES_THE_COMMENT: ReadonlySet<OutboxRow['state']> = new Set(['sending', 'sent', 'unknown']);

/**
 * The transaction of a checkpoint: all guards, then all rows. Models `writeCheckpoint` of the server's journal.
 *
 * @param options.releaseAtMs Gives the subject back; ready again then, null: nothing planned. @throws TurnLost | ConstraintError, and nothing is written.
 */
export function writeCheckpoint(
  world: World,
  process: Process,
  claim: Claim,
  changes: PendingChanges,
  options: { releaseAtMs?: number | null; loadedEvents: number },
): CheckpointOutcome {
  const { store, bugs, judge, random } = world;
  for (const run of changes.runs) guardRun(world, run);
  for (const row of changes.outbox.values()) guardSend(world, changes, row);
  for (const id of changes.events.keys()) {
    if (store.events.get(id)?.state !== 'pending') throw new TurnLost('Another worker took the event.');
  }
  const subject = store.subjects.get(claim.subject);
  if (subject === undefined || (subject.fence !== claim.fence && !bugs.has('dropFence')))
    throw new TurnLost('Another worker took the subject.');

  judge.checkpointAccepted({ claim, subject, changes, store, loadedEvents: options.loadedEvents });
  for (const run of changes.runs) writeRun(world, claim, run);
  for (const [name, { run, position, wait }] of changes.waits) {
    if (wait === null) store.waits.delete(name);
    else if (!bugs.has('loseWait') || !random.chance(0.1)) store.waits.set(name, { runId: run.id, ...wait, position });
  }
  for (const row of changes.outbox.values()) {
    store.outbox.set(sendName(row), row);
    judge.outboxWritten(row, process, isActive(store.runs.get(row.runId)));
  }
  for (const [id, result] of changes.events) {
    const row = store.events.get(id);
    if (row !== undefined)
      Object.assign(row, result, { attempts: row.attempts + (result.state === 'pending' ? 0 : 1) });
  }
  for (const [name, atMs] of changes.flowStarts) store.flowStarts.set(name, atMs);
  if (changes.contact !== null) store.contacts.set(claim.subject, { ...changes.contact });
  if (options.releaseAtMs !== undefined) {
    const isQuiet = subject.posted === claim.posted || bugs.has('noRecheck');
    if (isQuiet) {
      subject.readyAtMs = options.releaseAtMs;
      subject.lane = 1;
      subject.leaseUntilMs = null;
    }
    subject.crashes = 0;
    return { posted: isQuiet ? claim.posted : subject.posted };
  }
  return { posted: claim.posted };
}

function guardRun({ store }: World, run: LiveRun): void {
  if (run.storedVersion > 0) {
    if (store.runs.get(run.id)?.version !== run.storedVersion)
      throw new TurnLost('The run was changed by somebody else.');
    return;
  }
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

function isActive(run: RunRow | undefined): boolean {
  return run?.status === 'running' || run?.status === 'waiting';
}

function writeRun({ store, judge }: World, claim: Claim, run: LiveRun): void {
  const snapshot = JSON.stringify(run.snapshot);
  judge.snapshotStored(run, snapshot);
  store.runs.set(run.id, {
    id: run.id,
    flow: run.flow.number,
    subject: claim.subject,
    contactId: run.contactId,
    eventId: run.eventId,
    eventAtMs: run.eventAtMs,
    triggerNode: run.triggerNode,
    startedAtMs: run.startedAtMs,
    status: run.snapshot.status,
    snapshot,
    version: run.storedVersion + 1,
    endedAtMs: run.endedAtMs,
  });
}
