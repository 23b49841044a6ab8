import type { ErrorRecord, JsonObject, JsonValue, Position, RunEvent, WaitSpec } from '@heddle/schemas';
import { CAPABILITY_NAMES, type RuntimeCapability } from '../compile/capabilities.ts';
import type { CompiledNode } from '../compile/index.ts';
import { findChildrenProblem, startChildren } from './children.ts';
import { replacePosition, runAgain, type Draft } from './draft.ts';
import { errorRecord } from './error-record.ts';
import { endJoinAt } from './join.ts';
import { jsonBytes } from './json-size.ts';
import { LIMITS } from './limits.ts';
import { failNode } from './retry-or-fail.ts';

/** More parts than this are not waited for: somebody who never stops typing is answered too. */
const MAX_FRAGMENTS = 20;

/** Parks a position. A reply wait without a time limit gets the longest one there is. */
export function suspendNode(
  draft: Draft,
  id: string,
  position: Position,
  node: CompiledNode,
  event: Extract<RunEvent, { kind: 'nodeSuspended' }>,
): void {
  const { memo } = event;
  const latestMs = draft.atMs + LIMITS.waitMs;
  const isJoin = event.wait.kind === 'join';
  const dueAtMs = event.wait.dueAtMs ?? (isJoin ? null : latestMs);
  if (dueAtMs !== null && !(dueAtMs <= latestMs)) {
    failNode(
      draft,
      id,
      position,
      node,
      errorRecord('WAIT_LIMIT', `"${node.title}" wants to wait longer than 365 days.`, node.id),
    );
    return;
  }
  const problem = findWaitProblem(draft, node, event.wait);
  if (problem !== null) {
    failNode(draft, id, position, node, problem);
    return;
  }
  if (jsonBytes(memo) > LIMITS.outputBytes) {
    failNode(
      draft,
      id,
      position,
      node,
      errorRecord('OUTPUT_LIMIT', `"${node.title}" keeps more than 64 KiB while it waits.`, node.id),
    );
    return;
  }
  const wait = { ...event.wait, dueAtMs } as WaitSpec; // only a join has no end, and it may
  const { resumed: _done, fragments: _taken, ...rest } = position;
  const parked: Position = { ...rest, state: 'waiting', memo, wait };
  replacePosition(draft, id, parked);
  schedule(draft, id, node.id, wait);
  if (wait.kind === 'children') startChildren(draft, id, parked);
}

const NEEDS: Readonly<Partial<Record<WaitSpec['kind'], RuntimeCapability>>> = {
  approval: 'approval',
  event: 'event',
  children: 'children',
};

function findWaitProblem(draft: Draft, node: CompiledNode, wait: WaitSpec): ErrorRecord | null {
  const need = NEEDS[wait.kind];
  if (need === undefined) return null;
  if (!draft.program.capabilities.has(need))
    return errorRecord(
      'NODE_UNSUPPORTED',
      `"${node.title}" cannot run: this Heddle does not have ${CAPABILITY_NAMES[need]}.`,
      node.id,
    );
  if (jsonBytes(wait) > LIMITS.outputBytes)
    return errorRecord('OUTPUT_LIMIT', `What "${node.title}" waits with is larger than 64 KiB.`, node.id);
  return wait.kind === 'children' ? findChildrenProblem(draft, node, wait) : null;
}

/** Tells the host when to wake a wait. Whoever joins is woken by the engine; only the time limit concerns the host. */
function schedule(draft: Draft, id: string, node: string, wait: WaitSpec): void {
  if (wait.kind !== 'join') draft.effects.push({ kind: 'scheduleWait', position: id, node, wait });
  else if (wait.dueAtMs !== null)
    draft.effects.push({ kind: 'scheduleWait', position: id, node, wait: { kind: 'time', dueAtMs: wait.dueAtMs } });
}

/** The time of a wait or of a retry has come. */
export function fireTimer(draft: Draft, id: string, position: Position): void {
  if (position.state === 'retrying') {
    runAgain(draft, id, { ...position, state: 'running', attempt: position.attempt + 1 });
    return;
  }
  const { wait } = position;
  if (position.state !== 'waiting' || wait === undefined) return;
  if (wait.dueAtMs !== null && wait.dueAtMs > draft.atMs) {
    // Too early, as after a burst moved the end: say again when, so that no host can lose the wait.
    schedule(draft, id, position.node, wait);
    return;
  }
  if (wait.kind === 'join') {
    if (wait.dueAtMs !== null) endJoinAt(draft, position.node);
    return;
  }
  if (wait.kind === 'children') draft.children.push({ kind: 'cancelChildren', position: id });
  if (position.fragments !== undefined) resumeWithReply(draft, id, position, mergeFragments(position.fragments));
  else resume(draft, id, position, wait.kind === 'time' ? { kind: 'elapsed' } : { kind: 'timedOut' });
}

/** An answer came: taken at once, or gathered for as long as parts follow one another. */
export function takeReply(draft: Draft, id: string, position: Position, node: CompiledNode, reply: JsonObject): void {
  const { wait } = position;
  if (position.state !== 'waiting' || wait?.kind !== 'reply') return;
  const fragments = [...(position.fragments ?? []), reply];
  const size = jsonBytes(fragments);
  if (size > LIMITS.outputBytes && fragments.length === 1) {
    draft.effects.push({ kind: 'cancelWait', position: id });
    failNode(
      draft,
      id,
      position,
      node,
      errorRecord('OUTPUT_LIMIT', `The answer to "${node.title}" is larger than 64 KiB.`, node.id),
    );
    return;
  }
  if (wait.mergeMs === 0 || isTapped(reply) || fragments.length >= MAX_FRAGMENTS || size > LIMITS.outputBytes / 2) {
    draft.effects.push({ kind: 'cancelWait', position: id });
    // Above the limit the last part is left out rather than the whole answer.
    resumeWithReply(
      draft,
      id,
      position,
      mergeFragments(size > LIMITS.outputBytes ? fragments.slice(0, -1) : fragments),
    );
    return;
  }
  const listening: WaitSpec = { ...wait, dueAtMs: draft.atMs + wait.mergeMs };
  replacePosition(draft, id, { ...position, wait: listening, fragments });
  draft.effects.push({ kind: 'scheduleWait', position: id, node: position.node, wait: listening });
}

/** A member decided. */
export function takeDecision(
  draft: Draft,
  id: string,
  position: Position,
  event: Extract<RunEvent, { kind: 'approved' }>,
): void {
  if (position.state !== 'waiting' || position.wait?.kind !== 'approval') return;
  const { decision, by, note } = event;
  draft.effects.push({ kind: 'cancelWait', position: id });
  resume(draft, id, position, {
    kind: 'decided',
    decision,
    ...(by === undefined ? {} : { by }),
    ...(note === undefined ? {} : { note }),
  });
}

/** What was waited for has happened. */
export function takeEvent(draft: Draft, id: string, position: Position, node: CompiledNode, data: JsonObject): void {
  if (position.state !== 'waiting' || position.wait?.kind !== 'event') return;
  draft.effects.push({ kind: 'cancelWait', position: id });
  if (jsonBytes(data) > LIMITS.outputBytes)
    failNode(
      draft,
      id,
      position,
      node,
      errorRecord('OUTPUT_LIMIT', `What "${node.title}" waited for is larger than 64 KiB.`, node.id),
    );
  else resume(draft, id, position, { kind: 'eventArrived', data });
}

/** A tapped answer is complete: nobody taps in parts. */
function isTapped(reply: JsonObject): boolean {
  return typeof reply['quickReplyPayload'] === 'string' || typeof reply['payload'] === 'string';
}

function resumeWithReply(draft: Draft, id: string, position: Position, reply: JsonObject): void {
  resume(draft, id, position, { kind: 'replied', reply });
}

function resume(draft: Draft, id: string, position: Position, resumed: NonNullable<Position['resumed']>): void {
  const { wait: _over, fragments: _merged, children: _ended, ...rest } = position;
  runAgain(draft, id, { ...rest, state: 'running', resumed });
}

/** One answer out of its parts: texts joined by line breaks, everything else from the last part that has it. `parts` counts them. */
function mergeFragments(fragments: readonly JsonObject[]): JsonObject {
  const [only] = fragments;
  if (only !== undefined && fragments.length === 1) return only;
  const texts = fragments.flatMap((fragment) => (typeof fragment['text'] === 'string' ? [fragment['text']] : []));
  const attachments = fragments.flatMap((fragment): JsonValue[] =>
    Array.isArray(fragment['attachments']) ? fragment['attachments'] : [],
  );
  const merged: JsonObject = Object.assign({}, ...fragments);
  if (texts.length > 0) merged['text'] = texts.join('\n');
  if (attachments.length > 0) merged['attachments'] = attachments;
  merged['parts'] = fragments.length;
  return merged;
}
