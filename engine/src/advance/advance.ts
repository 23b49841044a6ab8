/** The interpreter: start reading here. */
import type { ChildEffect, Effect, ErrorRecord, JsonValue, Position, RunEvent, RunSnapshot } from '@heddle/schemas';
import type { CompiledNode, Program } from '../compile/index.ts';
import { outputOfRun } from './child-run.ts';
import { takeChild } from './children.ts';
import { assignVars, countVisit, openDraft, removePosition, setOutput, type Advance, type Draft } from './draft.ts';
import { errorRecord } from './error-record.ts';
import { followEdges } from './follow-edges.ts';
import { settleJoins } from './join.ts';
import { jsonBytes } from './json-size.ts';
import { LIMITS } from './limits.ts';
import { failNode, retryOrFail } from './retry-or-fail.ts';
import { snapshotBytes } from './start-snapshot.ts';
import { fireTimer, suspendNode, takeDecision, takeEvent, takeReply } from './waits.ts';

/**
 * Takes one event into the state of a run.
 *
 * Pure, total and deterministic: reads no clock, calls no node, changes nothing it is given, never throws for data that fits the
 * types. An event that does not fit the state any more (a late timer, an answer to a position that is gone) changes nothing.
 *
 * @returns The state after the event, and what the world must do now, in order. `finish` is always the last effect.
 */
export function advance(program: Program, snapshot: RunSnapshot, event: RunEvent): Advance {
  if (snapshot.status !== 'running' && snapshot.status !== 'waiting') return unchanged(snapshot);
  switch (event.kind) {
    case 'started':
      return start(program, snapshot, event);
    case 'nodeSucceeded':
      return atRunning(program, snapshot, event, (draft, position, node) => succeed(draft, event, position, node));
    case 'nodeSuspended':
      return atRunning(program, snapshot, event, (draft, position, node) =>
        suspendNode(draft, event.position, position, node, event),
      );
    case 'nodeFailed':
      return atRunning(program, snapshot, event, (draft, position, node) =>
        retryOrFail(draft, event.position, position, node, event.error),
      );
    case 'timerFired':
      return atPosition(program, snapshot, event, (draft, position) => fireTimer(draft, event.position, position));
    case 'replied':
      return atPosition(program, snapshot, event, (draft, position, node) =>
        takeReply(draft, event.position, position, node, event.reply),
      );
    case 'approved':
      return atPosition(program, snapshot, event, (draft, position) =>
        takeDecision(draft, event.position, position, event),
      );
    case 'eventArrived':
      return atPosition(program, snapshot, event, (draft, position, node) =>
        takeEvent(draft, event.position, position, node, event.data),
      );
    case 'childFinished':
      return atPosition(program, snapshot, event, (draft, position, node) =>
        takeChild(draft, event.position, position, node, event),
      );
    case 'cancelled':
      return end(snapshot, 'cancelled');
    default:
      return assertNever(event);
  }
}

function unchanged(snapshot: RunSnapshot): Advance {
  return { snapshot, effects: [], children: [] };
}

function start(program: Program, snapshot: RunSnapshot, event: Extract<RunEvent, { kind: 'started' }>): Advance {
  const hasStarted = snapshot.nodeRuns > 0;
  if (hasStarted) return unchanged(snapshot);
  const draft = openDraft(program, snapshot, event.atMs);
  const trigger = program.nodes.get(event.node);
  if (trigger === undefined) {
    draft.failure = errorRecord(
      'FLOW_INVALID',
      `This version of the flow has no node "${event.node}" to start from.`,
      event.node,
    );
  } else if (jsonBytes(event.output) > LIMITS.outputBytes) {
    draft.failure = errorRecord('OUTPUT_LIMIT', `"${trigger.title}" put out more than 64 KiB.`, trigger.id);
  } else {
    const port = event.port ?? trigger.firstPort ?? 'out';
    // The run of a body is part of the run above and keeps its trigger.
    if (snapshot.body === undefined) {
      draft.trigger = event.output;
      draft.bytes += jsonBytes(event.output) - jsonBytes(snapshot.trigger);
    }
    setOutput(draft, trigger.id, port, event.output);
    countVisit(draft, trigger.id);
    followEdges(draft, trigger.targets.get(port) ?? [], event.output);
  }
  return close(draft);
}

type Change = (draft: Draft, position: Position, node: CompiledNode) => void;

/** Applies a change to the position an event names; a position that is gone is left alone. */
function atPosition(
  program: Program,
  snapshot: RunSnapshot,
  event: { position: string; atMs: number },
  change: Change,
): Advance {
  const position = Object.hasOwn(snapshot.positions, event.position) ? snapshot.positions[event.position] : undefined;
  if (position === undefined) return unchanged(snapshot);
  const draft = openDraft(program, snapshot, event.atMs);
  const node = program.nodes.get(position.node);
  if (node === undefined)
    draft.failure = errorRecord(
      'FLOW_INVALID',
      `This version of the flow has no node "${position.node}".`,
      position.node,
    );
  else change(draft, position, node);
  return close(draft);
}

/** As `atPosition`, for results of a node: only a position that runs can have one. */
function atRunning(
  program: Program,
  snapshot: RunSnapshot,
  event: { position: string; atMs: number },
  change: Change,
): Advance {
  const isRunning =
    Object.hasOwn(snapshot.positions, event.position) && snapshot.positions[event.position]?.state === 'running';
  return isRunning ? atPosition(program, snapshot, event, change) : unchanged(snapshot);
}

function succeed(
  draft: Draft,
  event: Extract<RunEvent, { kind: 'nodeSucceeded' }>,
  position: Position,
  node: CompiledNode,
): void {
  if (!node.ports.has(event.port)) {
    failNode(
      draft,
      event.position,
      position,
      node,
      errorRecord(
        'NODE_PORT_UNKNOWN',
        `"${node.title}" answered through "${event.port}", which it does not declare.`,
        node.id,
      ),
    );
    return;
  }
  if (jsonBytes(event.output) > LIMITS.outputBytes) {
    failNode(
      draft,
      event.position,
      position,
      node,
      errorRecord('OUTPUT_LIMIT', `"${node.title}" put out more than 64 KiB.`, node.id),
    );
    return;
  }
  setOutput(draft, node.id, event.port, event.output);
  if (event.assign !== undefined) assignVars(draft, event.assign);
  removePosition(draft, event.position);
  if (event.breaks === true) draft.breaks = true;
  if (node.definition.lint.endsRun === true) stopOthers(draft);
  else followEdges(draft, node.targets.get(event.port) ?? [], event.output, position);
}

/** A node that ends the run ends it on every path. */
function stopOthers(draft: Draft): void {
  for (const [id, position] of Object.entries(draft.positions)) {
    if (position.state !== 'running') draft.effects.push({ kind: 'cancelWait', position: id });
    if (position.children !== undefined) draft.children.push({ kind: 'cancelChildren', position: id });
    removePosition(draft, id);
  }
}

/** Turns the working copy into the next state. */
function close(draft: Draft): Advance {
  settleJoins(draft);
  if (draft.failure === null && draft.bytes > LIMITS.snapshotBytes) {
    draft.failure = errorRecord(
      'RUN_SNAPSHOT_LIMIT',
      `The run would hold ${Math.ceil(draft.bytes / 1024)} KiB of data; at most 256 KiB are allowed.`,
      lastNode(draft),
    );
  }
  // What led over a limit is not kept: the state before the event is what failed.
  if (draft.failure !== null) return end(draft.before, 'failed', draft.failure);
  const { positions, nextPosition, outputs, vars, trigger, visits, nodeRuns, bytes, before, effects, children } = draft;
  const status = statusOf(positions);
  const snapshot: RunSnapshot = {
    v: 1,
    status,
    seed: before.seed,
    positions,
    nextPosition,
    outputs,
    vars,
    trigger,
    visits,
    nodeRuns,
    bytes,
    ...(before.depth === undefined ? {} : { depth: before.depth }),
    ...(before.body === undefined ? {} : { body: before.body }),
  };
  if (status === 'succeeded') effects.push({ kind: 'finish', status, ...resultOf(draft) });
  return { snapshot, effects, children };
}

/** What a child run tells the run above it. */
function resultOf({ before, lastOutput, vars, breaks }: Draft): { output?: JsonValue; breaks?: true } {
  if (before.depth === undefined) return {};
  return { output: outputOfRun(before, lastOutput, vars), ...(breaks ? { breaks } : {}) };
}

/** Ends the run: nothing is left to wait for or to run. Results that still come in find no position. */
function end(snapshot: RunSnapshot, status: 'failed' | 'cancelled', error?: ErrorRecord): Advance {
  const effects: Effect[] = [];
  const children: ChildEffect[] = [];
  for (const [id, position] of Object.entries(snapshot.positions)) {
    if (position.state !== 'running') effects.push({ kind: 'cancelWait', position: id });
    if (position.children !== undefined) children.push({ kind: 'cancelChildren', position: id });
  }
  const bytes = snapshotBytes({ ...snapshot, positions: {} });
  const reason = error === undefined ? {} : { error };
  effects.push({ kind: 'finish', status, ...reason });
  return { snapshot: { ...snapshot, status, positions: {}, bytes, ...reason }, effects, children };
}

function statusOf(positions: Readonly<Record<string, Position>>): 'running' | 'waiting' | 'succeeded' {
  let status: 'waiting' | 'succeeded' = 'succeeded';
  for (const id in positions) {
    if (positions[id]?.state === 'running') return 'running';
    status = 'waiting';
  }
  return status;
}

function lastNode(draft: Draft): string {
  const last = Object.values(draft.positions).at(-1);
  return last?.node ?? '';
}

function assertNever(event: never): never {
  throw new TypeError(`Unknown event ${JSON.stringify(event)}`);
}
