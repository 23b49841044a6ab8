import {
  advance,
  childSnapshot,
  startOfChild,
  toChildFinished,
  type Program,
  type RunNodeEffect,
} from '@heddle/engine';
import {
  FlowError,
  isJsonObject,
  toErrorRecord,
  type ChildEffect,
  type Effect,
  type ErrorRecord,
  type JsonObject,
  type RunEvent,
} from '@heddle/schemas';
import { newId } from '../../database/index.ts';
import { parseContactSubject, runSubject } from '../ingest/subject-key.ts';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun, StoredWait } from '../turn/turn-state.ts';
import { seedOf } from './seed-of.ts';

type StartChild = Extract<ChildEffect, { kind: 'startChild' }>;

/**
 * Takes one event into a run: asks the engine, keeps the new snapshot, and notes waits, children, the end and numbers in the journal. All
 * of it in one go: a checkpoint never sees a run without the children that it counts on.
 *
 * @param nodeRunId The node run that a wait scheduled by this event belongs to.
 * @returns Node runs that are now asked for, in order. Those of child runs go to `turn.work`.
 */
export function applyEvent(
  turn: Turn,
  program: Program,
  run: LiveRun,
  event: RunEvent,
  nodeRunId: string | null = null,
): RunNodeEffect[] {
  const { snapshot, effects, children } = advance(program, run.snapshot, event);
  if (snapshot === run.snapshot && effects.length === 0) return [];
  turn.journal.pending.runs.add(run);
  run.snapshot = snapshot;
  const toRun: RunNodeEffect[] = [];
  for (const effect of effects) {
    switch (effect.kind) {
      case 'runNode':
        toRun.push(effect);
        break;
      case 'scheduleWait':
        keepWait(turn, run, effect, event, nodeRunId);
        break;
      case 'cancelWait':
        break; // seen below: the position waits no longer
      case 'finish':
        finishRun(turn, run, effect, event.atMs);
        break;
      default:
        assertNever(effect);
    }
  }
  forgetWaits(turn, run);
  for (const effect of children) {
    if (effect.kind === 'startChild') startChild(turn, program, run, effect, event.atMs);
    else cancelChildren(turn, program, run, effect.position, event.atMs);
  }
  return toRun;
}

function keepWait(
  turn: Turn,
  run: LiveRun,
  effect: Extract<Effect, { kind: 'scheduleWait' }>,
  event: RunEvent,
  nodeRunId: string | null,
): void {
  const known = run.waits.get(effect.position);
  const wait = {
    position: effect.position,
    node: effect.node,
    spec: toStoredWait(effect.wait),
    dueAtMs: effect.wait.dueAtMs,
    nodeRunId: effect.wait.kind === 'retry' ? null : (known?.nodeRunId ?? nodeRunId),
    createdAtMs: known?.createdAtMs ?? event.atMs,
  };
  run.waits.set(effect.position, wait);
  turn.journal.pending.waits.set(`${run.id}/${effect.position}`, { run, position: effect.position, wait });
}

function toStoredWait(wait: Extract<Effect, { kind: 'scheduleWait' }>['wait']): StoredWait {
  if (wait.kind !== 'children') return wait;
  const { kind, items, concurrency, dueAtMs } = wait;
  return { kind, total: items.length, concurrency, dueAtMs };
}

function finishRun(turn: Turn, run: LiveRun, effect: Extract<Effect, { kind: 'finish' }>, atMs: number): void {
  const { status, error, output, breaks } = effect;
  run.endedAtMs = atMs;
  turn.endedFlows.add(run.flowId);
  // The run of a loop's body is a part of the run above, not one of the flow.
  if (run.snapshot.body === undefined) turn.journal.count(run.flowId, '', status);
  const { workspaceId } = turn.claim;
  turn.deps.log.debug({ workspaceId, runId: run.id, flowId: run.flowId, status, error: error?.code }, 'A run ended');
  if (run.parent === null) return;
  run.result = { ...(output === undefined ? {} : { output }), ...(breaks === undefined ? {} : { breaks }) };
  if (run.isReported) return;
  const { runId, position, index } = run.parent;
  // A run above that has a mailbox of its own is woken by the checkpoint and finds the end stored.
  const parent = turn.runs.find((candidate) => candidate.id === runId);
  if (parent === undefined) return;
  const event = toChildFinished({ position, index }, effect, atMs);
  if (event.kind === 'childFinished') turn.work.push({ kind: 'ended', parent, event, child: { id: run.id, run } });
}

/** Drops the waits of positions that wait no longer. */
function forgetWaits(turn: Turn, run: LiveRun): void {
  for (const position of run.waits.keys()) {
    const state = run.snapshot.positions[position]?.state;
    if (state === 'waiting' || state === 'retrying') continue;
    run.waits.delete(position);
    turn.journal.pending.waits.set(`${run.id}/${position}`, { run, position, wait: null });
  }
}

/**
 * Makes a child run. About a contact it is driven in the same turn, so that what one person gets keeps its order; about nobody it gets a
 * mailbox of its own, so that the items of a list do not wait for each other.
 */
function startChild(turn: Turn, program: Program, parent: LiveRun, effect: StartChild, atMs: number): void {
  const { position, index, start } = effect;
  const call = start.kind === 'flow' ? turn.calls.get(start.flow) : null;
  const fail = (error: ErrorRecord): void => {
    const event = toChildFinished({ position, index }, { status: 'failed', error }, atMs);
    if (event.kind === 'childFinished') turn.work.push({ kind: 'ended', parent, event, child: null });
  };
  if (call === undefined) throw new Error('A flow is called that was not looked up');
  if (call?.kind === 'missing') return fail(call.error);
  const childProgram = call?.program ?? program;
  const first = startOfChild(childProgram, effect, atMs);
  if (first?.kind !== 'started')
    return fail(toErrorRecord(new FlowError('FLOW_NOT_PUBLISHED', 'The flow has no trigger that is switched on.')));
  const id = newId();
  const isHere = parseContactSubject(turn.claim.subject) !== null;
  const child: LiveRun = {
    id,
    flowId: call?.flowId ?? parent.flowId,
    flowVersion: call?.version ?? parent.flowVersion,
    contactId: parent.contactId,
    eventId: null,
    eventAtMs: parent.eventAtMs,
    triggerNode: first.node,
    triggerType: childProgram.nodes.get(first.node)?.definition.type ?? '',
    bindings:
      call === null
        ? parent.bindings
        : { connections: call.connections, inputs: { ...call.inputs, ...toInputs(effect) } },
    startedAtMs: atMs,
    subject: isHere ? turn.claim.subject : runSubject(id),
    parent: { runId: parent.id, position, index },
    maxActive: null,
    isLimited: false,
    isResumed: false,
    snapshot: childSnapshot(program, parent.snapshot, effect, seedOf(id)),
    storedVersion: 0,
    endedAtMs: null,
    result: null,
    isReported: false,
    waits: new Map(),
  };
  turn.journal.pending.runs.add(child);
  if (isHere) turn.runs.push(child);
  if (call !== null) turn.journal.count(child.flowId, '', 'started');
  const toRun = applyEvent(turn, childProgram, child, first);
  if (isHere && toRun.length > 0) turn.work.push({ kind: 'drive', run: child, toRun });
}

function toInputs({ input }: StartChild): JsonObject {
  return isJsonObject(input) ? input : {};
}

/** Ends the children of a position: those in this turn here, those with mailboxes of their own in the database. Nothing comes back. */
function cancelChildren(turn: Turn, program: Program, parent: LiveRun, position: string, atMs: number): void {
  turn.journal.pending.cancelled.push({ runId: parent.id, position });
  for (let index = turn.work.length - 1; index >= 0; index -= 1) {
    const item = turn.work[index];
    if (item?.kind === 'ended' && item.parent === parent && item.event.position === position)
      turn.work.splice(index, 1);
  }
  for (const child of Array.from(turn.runs)) {
    if (child.parent?.runId !== parent.id || child.parent.position !== position || child.endedAtMs !== null) continue;
    child.isReported = true;
    // The end of a run asks nothing of its program.
    applyEvent(turn, program, child, { kind: 'cancelled', reason: 'The run above does not need it any more.', atMs });
  }
}

function assertNever(effect: never): never {
  throw new TypeError(`Unknown effect ${JSON.stringify(effect)}`);
}
