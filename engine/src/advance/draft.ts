/** The working copy of a snapshot while one event is taken in. Copies only what changes; the snapshot itself is never touched. */
import type {
  ChildEffect,
  Effect,
  ErrorRecord,
  JsonObject,
  JsonValue,
  NodeError,
  Position,
  RunSnapshot,
} from '@heddle/schemas';
import type { Program } from '../compile/index.ts';
import { outputBytes, positionBytes, varBytes } from './start-snapshot.ts';

/** What `advance` gives back. */
export interface Advance {
  readonly snapshot: RunSnapshot;
  readonly effects: readonly Effect[];
  /** About child runs, in order; empty unless the host names the capability `children`. */
  readonly children: readonly ChildEffect[];
}

export interface Draft {
  readonly program: Program;
  /** State before the event. */
  readonly before: RunSnapshot;
  readonly atMs: number;
  readonly effects: Effect[];
  readonly children: ChildEffect[];
  /** Own copy from the start: nearly every event changes it. */
  readonly positions: Record<string, Position>;
  nextPosition: number;
  outputs: RunSnapshot['outputs'];
  vars: JsonObject;
  trigger: JsonValue;
  visits: Record<string, number>;
  nodeRuns: number;
  bytes: number;
  /** Set when the run as a whole cannot go on. */
  failure: ErrorRecord | null;
  /** What the node that finished last put out. */
  lastOutput: JsonValue;
  /** A node said that the items that are left are not needed. */
  breaks: boolean;
}

export function openDraft(program: Program, before: RunSnapshot, atMs: number): Draft {
  const { nextPosition, outputs, vars, trigger, visits, nodeRuns, bytes } = before;
  return {
    program,
    before,
    atMs,
    effects: [],
    children: [],
    positions: { ...before.positions },
    nextPosition,
    outputs,
    vars,
    trigger,
    visits,
    nodeRuns,
    bytes,
    failure: null,
    lastOutput: null,
    breaks: false,
  };
}

/**
 * A copy with one entry more, or changed. In this form V8 copies all entries at once and keeps the object in its fast shape, so a step costs
 * nearly the same in a flow of 100 nodes; a spread copies one by one, and `copy[name] = value` with many names makes a slow dictionary.
 */
function withEntry<T>(entries: Readonly<Record<string, T>>, name: string, value: T): Record<string, T> {
  // oxlint-disable-next-line prefer-object-spread
  const copy: Record<string, T> = Object.assign({}, entries);
  return Object.defineProperty(copy, name, { value, enumerable: true, writable: true, configurable: true });
}

export function setOutput(draft: Draft, node: string, port: string, output: JsonValue): void {
  const old = Object.hasOwn(draft.outputs, node) ? draft.outputs[node] : undefined;
  const entry = { port, output };
  draft.bytes += outputBytes(entry) - (old === undefined ? 0 : outputBytes(old));
  draft.outputs = withEntry(draft.outputs, node, entry);
  draft.lastOutput = output;
}

export function assignVars(draft: Draft, assign: JsonObject): void {
  for (const [name, value] of Object.entries(assign)) {
    const old = Object.hasOwn(draft.vars, name) ? draft.vars[name] : undefined;
    draft.bytes += varBytes(name, value) - (old === undefined ? 0 : varBytes(name, old));
  }
  draft.vars = { ...draft.vars, ...assign };
}

export function countVisit(draft: Draft, node: string): number {
  const visit = (Object.hasOwn(draft.visits, node) ? (draft.visits[node] ?? 0) : 0) + 1;
  draft.visits = withEntry(draft.visits, node, visit);
  draft.nodeRuns += 1;
  return visit;
}

/** What a path carries from position to position. */
export interface PathMarks {
  readonly error?: NodeError | undefined;
  readonly late?: readonly string[] | undefined;
}

/** A new position that runs at once. */
export function addPosition(draft: Draft, node: string, visit: number, input: JsonValue, from: PathMarks): void {
  const id = `p${draft.nextPosition}`;
  draft.nextPosition += 1;
  const position: Position = { node, visit, attempt: 1, state: 'running', input };
  if (from.error !== undefined) position.error = from.error;
  if (from.late !== undefined) position.late = [...from.late];
  draft.positions[id] = position;
  draft.bytes += positionBytes(position);
  draft.effects.push({ kind: 'runNode', position: id, node, visit, attempt: 1, input });
}

export function replacePosition(draft: Draft, id: string, position: Position): void {
  const old = draft.positions[id];
  draft.bytes += positionBytes(position) - (old === undefined ? 0 : positionBytes(old));
  draft.positions[id] = position;
}

export function removePosition(draft: Draft, id: string): void {
  const old = draft.positions[id];
  if (old === undefined) return;
  draft.bytes -= positionBytes(old);
  delete draft.positions[id];
}

/** Puts a parked position back to work. */
export function runAgain(draft: Draft, id: string, position: Position): void {
  replacePosition(draft, id, position);
  const { node, visit, attempt, input, memo, resumed } = position;
  draft.effects.push({
    kind: 'runNode',
    position: id,
    node,
    visit,
    attempt,
    input,
    ...(memo === undefined ? {} : { memo }),
    ...(resumed === undefined ? {} : { resumed }),
  });
}
