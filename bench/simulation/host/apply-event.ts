import { advance, childSnapshot, startOfChild, toChildFinished, type RunNodeEffect } from '@heddle/engine';
import { FlowError, isJsonObject, toErrorRecord, type ChildEffect, type Effect, type RunEvent } from '@heddle/schemas';
import { personOf } from '../world/people.ts';
import type { LiveFlow, LiveRun } from './live-run.ts';
import type { Turn } from './turn.ts';

type StartChild = Extract<ChildEffect, { kind: 'startChild' }>;

/** Takes one event into a run, as the server's `applyEvent`: keeps the new snapshot, and notes waits, children and the end in the journal. */
export function applyEvent(turn: Turn, run: LiveRun, event: RunEvent): RunNodeEffect[] {
  const { snapshot, effects, children } = advance(run.flow.program, run.snapshot, event);
  if (snapshot === run.snapshot && effects.length === 0) return [];
  const { pending } = turn.journal;
  turn.world.trace.note(
    () =>
      `${turn.process.name} ${run.id} takes ${describe(event)} -> ${snapshot.status}; ${[...effects, ...children].map(({ kind }) => kind).join(', ')}`,
  );
  run.snapshot = snapshot;
  pending.runs.add(run);
  const toRun: RunNodeEffect[] = [];
  for (const effect of effects) {
    if (effect.kind === 'runNode') toRun.push(effect);
    if (effect.kind === 'finish') finishRun(turn, run, effect, event.atMs);
    if (effect.kind === 'scheduleWait') keepWait(turn, run, effect, event.atMs);
  }
  for (const position of run.waits.keys()) {
    const state = run.snapshot.positions[position]?.state;
    if (state === 'waiting' || state === 'retrying') continue;
    run.waits.delete(position);
    pending.waits.set(`${run.id}/${position}`, { run, position, wait: null });
  }
  for (const effect of children) {
    if (effect.kind === 'startChild') startChild(turn, run, effect, event.atMs);
    else cancelChildrenOf(turn, run, effect.position, event.atMs);
  }
  return toRun;
}

function keepWait(turn: Turn, run: LiveRun, effect: Extract<Effect, { kind: 'scheduleWait' }>, atMs: number): void {
  const { position, node, wait: spec } = effect;
  const { dueAtMs } = spec;
  const leftMs = dueAtMs === null ? 0 : dueAtMs - turn.nowMs();
  const createdAtMs = run.waits.get(position)?.createdAtMs ?? atMs;
  const notBeforeTrueMs = turn.world.scheduler.nowMs() + leftMs;
  const wait = { position, node, spec, dueAtMs, createdAtMs, notBeforeTrueMs };
  run.waits.set(position, wait);
  turn.journal.pending.waits.set(`${run.id}/${position}`, { run, position, wait });
}

function finishRun(turn: Turn, run: LiveRun, effect: Extract<Effect, { kind: 'finish' }>, atMs: number): void {
  run.endedAtMs = atMs;
  turn.endedFlows.add(run.flow.number);
  if (run.parent === null) return;
  const { output, breaks } = effect;
  run.result = { ...(output === undefined ? {} : { output }), ...(breaks === undefined ? {} : { breaks }) };
  if (run.isReported) return;
  // A run above that has a mailbox of its own is woken by the checkpoint and finds the end stored.
  const parent = turn.runs.find(({ id }) => id === run.parent?.runId);
  if (parent === undefined) return;
  const event = toChildFinished(run.parent, effect, atMs);
  if (event.kind === 'childFinished') turn.work.push({ kind: 'ended', parent, event, child: { id: run.id, run } });
}

/** About a contact a child run is driven in the same turn; about nobody it gets a mailbox of its own. */
function startChild(turn: Turn, parent: LiveRun, effect: StartChild, atMs: number): void {
  const { position, index, start, node } = effect;
  const { world } = turn;
  const { store } = world;
  const callee = start.kind === 'flow' ? world.flows.find(({ name }) => name === start.flow) : parent.flow;
  const first = callee === undefined ? null : startOfChild(callee.program, effect, atMs);
  if (callee === undefined || first?.kind !== 'started') {
    const error = toErrorRecord(new FlowError('FLOW_NOT_PUBLISHED', 'There is no such flow, or it has no trigger.'));
    const event = toChildFinished({ position, index }, { status: 'failed', error }, atMs);
    if (event.kind === 'childFinished') turn.work.push({ kind: 'ended', parent, event, child: null });
    return;
  }
  const id = store.newId('r');
  const isHere = personOf(turn.claim.subject) !== null;
  const child: LiveRun = {
    id,
    flow: callee,
    contactId: parent.contactId,
    eventId: null,
    eventAtMs: parent.eventAtMs,
    triggerNode: first.node,
    startedAtMs: atMs,
    inputs: start.kind === 'flow' ? inputsOf(callee, effect) : parent.inputs,
    subject: isHere ? turn.claim.subject : `run:${id}`,
    parent: { runId: parent.id, position, index, node },
    maxActive: null,
    isLimited: false,
    snapshot: childSnapshot(parent.flow.program, parent.snapshot, effect, world.random.int(2 ** 31)),
    storedVersion: 0,
    endedAtMs: null,
    result: null,
    isReported: false,
    waits: new Map(),
  };
  turn.journal.pending.runs.add(child);
  if (isHere) turn.runs.push(child);
  const toRun = applyEvent(turn, child, first);
  if (isHere && toRun.length > 0) turn.work.push({ kind: 'drive', run: child, toRun });
}

function inputsOf(callee: LiveFlow, { input }: StartChild): LiveRun['inputs'] {
  return { ...callee.inputs, ...(isJsonObject(input) ? input : {}) };
}

/** Ends the children of a position: those in this turn here, those with mailboxes of their own in the database. Nothing comes back. */
function cancelChildrenOf(turn: Turn, parent: LiveRun, position: string, atMs: number): void {
  turn.journal.pending.cancelled.push({ runId: parent.id, position });
  for (let index = turn.work.length - 1; index >= 0; index -= 1) {
    const item = turn.work[index];
    if (item?.kind === 'ended' && item.parent === parent && item.event.position === position)
      turn.work.splice(index, 1);
  }
  for (const child of Array.from(turn.runs)) {
    if (child.parent?.runId !== parent.id || child.parent.position !== position || child.endedAtMs !== null) continue;
    child.isReported = true;
    applyEvent(turn, child, { kind: 'cancelled', reason: 'The run above does not need it any more.', atMs });
  }
}

function describe(event: RunEvent): string {
  const at = 'position' in event ? ` at ${event.position}` : '';
  const of = event.kind === 'childFinished' ? ` (item ${event.index} ${event.status})` : '';
  return `${event.kind}${at}${of}${event.kind === 'nodeFailed' ? ` (${event.error.code})` : ''}`;
}
