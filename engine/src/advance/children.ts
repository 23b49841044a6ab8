/** Child runs of one position: which are active, which come next, and when all have ended. */
import type { ChildProgress, ChildResult, Position, RunEvent, WaitSpec } from '@heddle/schemas';
import type { CompiledNode } from '../compile/index.ts';
import { replacePosition, runAgain, type Draft } from './draft.ts';
import { errorRecord } from './error-record.ts';
import { jsonBytes } from './json-size.ts';
import { LIMITS } from './limits.ts';
import { failNode } from './retry-or-fail.ts';

type ChildrenWait = Extract<WaitSpec, { kind: 'children' }>;
type ChildFinished = Extract<RunEvent, { kind: 'childFinished' }>;

/** Failures whose text is kept when outputs are not: enough to see what is wrong. */
const MAX_KEPT_FAILURES = 20;
const MAX_MESSAGE_CHARS = 300;

/** Why a wait for children cannot begin, or null. */
export function findChildrenProblem(draft: Draft, node: CompiledNode, wait: ChildrenWait) {
  const depth = (draft.before.depth ?? 0) + 1;
  if (depth > LIMITS.depth)
    return errorRecord(
      'RUN_DEPTH_LIMIT',
      `"${node.title}" would start a run ${depth} levels deep; at most ${LIMITS.depth} are allowed. Look for a flow that calls itself.`,
      node.id,
    );
  if (wait.items.length > LIMITS.children)
    return errorRecord(
      'RUN_CHILDREN_LIMIT',
      `"${node.title}" has ${wait.items.length.toLocaleString('en')} items; at most ${LIMITS.children.toLocaleString('en')} are allowed.`,
      node.id,
    );
  return null;
}

/** Starts as many children as may be active. Without items it is over at once. */
export function startChildren(draft: Draft, id: string, position: Position): void {
  const children: ChildProgress = { started: 0, active: [], succeeded: 0, failed: 0, results: [] };
  startNext(draft, id, { ...position, children });
}

/** A child has ended: the next one starts, or the node goes on. A child that is not active any more changes nothing. */
export function takeChild(
  draft: Draft,
  id: string,
  position: Position,
  node: CompiledNode,
  event: ChildFinished,
): void {
  const { wait, children } = position;
  if (wait?.kind !== 'children' || children === undefined || !children.active.includes(event.index)) return;
  const result = toResult(event);
  const isKept = wait.keepsOutputs || (result.status !== 'succeeded' && children.results.length < MAX_KEPT_FAILURES);
  const progress: ChildProgress = {
    started: children.started,
    active: children.active.filter((index) => index !== event.index),
    succeeded: children.succeeded + (result.status === 'succeeded' ? 1 : 0),
    failed: children.failed + (result.status === 'succeeded' ? 0 : 1),
    results: isKept ? [...children.results, keep(result, wait)] : children.results,
  };
  const next: Position = { ...position, children: progress };
  if (jsonBytes(progress.results) > LIMITS.outputBytes) {
    stopChildren(draft, id);
    const text = `The results of the runs that "${node.title}" started are larger than 64 KiB. Do not collect them, or put out less in each.`;
    failNode(draft, id, next, node, errorRecord('OUTPUT_LIMIT', text, node.id));
  } else if (event.breaks === true) finish(draft, id, next, true);
  else if (result.status !== 'succeeded' && wait.onFailure === 'stop') finish(draft, id, next, false);
  else startNext(draft, id, next);
}

/** Ends the children of a position that have not ended, and its time limit. */
export function stopChildren(draft: Draft, id: string): void {
  draft.children.push({ kind: 'cancelChildren', position: id });
  draft.effects.push({ kind: 'cancelWait', position: id });
}

function toResult({ index, status, output, error }: ChildFinished): ChildResult {
  if (status === 'succeeded' && output !== undefined && jsonBytes(output) > LIMITS.outputBytes)
    return { index, status: 'failed', error: { code: 'OUTPUT_LIMIT', message: 'The run put out more than 64 KiB.' } };
  return {
    index,
    status,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message.slice(0, MAX_MESSAGE_CHARS) } }),
  };
}

function keep({ output, ...result }: ChildResult, wait: ChildrenWait): ChildResult {
  return wait.keepsOutputs && output !== undefined ? { ...result, output } : result;
}

function startNext(draft: Draft, id: string, position: Position): void {
  const { wait, children } = position;
  if (wait?.kind !== 'children' || children === undefined) return;
  const active = [...children.active];
  let { started } = children;
  for (; started < wait.items.length && active.length < wait.concurrency; started++) {
    active.push(started);
    draft.children.push({
      kind: 'startChild',
      position: id,
      node: position.node,
      index: started,
      total: wait.items.length,
      start: wait.start,
      input: wait.items[started] ?? null,
    });
  }
  const next: Position = { ...position, children: { ...children, started, active } };
  if (active.length === 0) finish(draft, id, next, false);
  else replacePosition(draft, id, next);
}

function finish(draft: Draft, id: string, position: Position, isBroken: boolean): void {
  const { wait, children, ...rest } = position;
  if (wait?.kind !== 'children' || children === undefined) return;
  if (children.active.length > 0) draft.children.push({ kind: 'cancelChildren', position: id });
  draft.effects.push({ kind: 'cancelWait', position: id });
  const { succeeded, failed } = children;
  const results = children.results.toSorted((a, b) => a.index - b.index);
  runAgain(draft, id, {
    ...rest,
    state: 'running',
    resumed: { kind: 'childrenFinished', total: wait.items.length, succeeded, failed, results, isBroken },
  });
}
