/** The other side of child runs: how one begins, and what its end tells the run that started it. */
import type { ChildEffect, Effect, JsonValue, RunEvent, RunSnapshot } from '@heddle/schemas';
import type { CompiledNode, Program } from '../compile/index.ts';
import { snapshotBytes, startSnapshot } from './start-snapshot.ts';

type StartChild = Extract<ChildEffect, { kind: 'startChild' }>;
type Finish = Extract<Effect, { kind: 'finish' }>;

/**
 * State of a child run before anything happened. The run of a body reads the trigger, the variables and the outputs of the run above
 * as they are now; what it changes stays its own.
 *
 * @param program Of the run above.
 * @param seed Its own: children of one node must not draw the same numbers.
 */
export function childSnapshot(program: Program, parent: RunSnapshot, effect: StartChild, seed: number): RunSnapshot {
  const depth = (parent.depth ?? 0) + 1;
  const fresh: RunSnapshot = { ...startSnapshot(seed), depth };
  if (effect.start.kind === 'flow') return fresh;
  const isRead = outputsReadIn(program, effect.node);
  const snapshot: RunSnapshot = {
    ...fresh,
    body: effect.node,
    trigger: parent.trigger,
    vars: parent.vars,
    outputs: Object.fromEntries(Object.entries(parent.outputs).filter(([id]) => isRead(id))),
  };
  return { ...snapshot, bytes: snapshotBytes(snapshot) };
}

/**
 * The first event of a child run, or null when the flow has no trigger that is switched on.
 *
 * @param program What the child runs: of the run above for a body, of the called flow else.
 */
export function startOfChild(program: Program, effect: StartChild, atMs: number): RunEvent | null {
  if (effect.start.kind === 'body') {
    const port = program.nodes.get(effect.node)?.definition.bodyPort ?? 'each';
    const output = { item: effect.input, index: effect.index, number: effect.index + 1, count: effect.total };
    return { kind: 'started', node: effect.node, port, output, atMs };
  }
  const trigger = findCallTrigger(program);
  if (trigger === null) return null;
  const output = { data: effect.input, startedAt: new Date(atMs).toISOString() };
  return { kind: 'started', node: trigger.id, output, atMs };
}

/** Where a call enters a flow: its trigger for starts by hand, else its first one. */
function findCallTrigger(program: Program): CompiledNode | null {
  const triggers = program.triggers.filter((trigger) => !trigger.isDisabled);
  return triggers.find((trigger) => trigger.definition.events.includes('core/manual')) ?? triggers[0] ?? null;
}

/** What the end of a child run is for the run that started it. */
export function toChildFinished(
  child: { readonly position: string; readonly index: number },
  { status, output, error, breaks }: Pick<Finish, 'status' | 'output' | 'error' | 'breaks'>,
  atMs: number,
): RunEvent {
  return {
    kind: 'childFinished',
    ...child,
    status,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    ...(breaks === undefined ? {} : { breaks }),
    atMs,
  };
}

/** What a run that was called gives back: what its last node put out, and its variables. A body gives back the output alone. */
export function outputOfRun(before: RunSnapshot, output: JsonValue, vars: RunSnapshot['vars']): JsonValue {
  return before.body === undefined ? { output, vars } : output;
}

const readers = new WeakMap<Program, Map<string, (node: string) => boolean>>();

/** Tells which outputs the nodes of a body may read, so that a child run need not carry all the others. */
function outputsReadIn(program: Program, node: string): (id: string) => boolean {
  let byNode = readers.get(program);
  if (byNode === undefined) {
    byNode = new Map();
    readers.set(program, byNode);
  }
  let isRead = byNode.get(node);
  if (isRead === undefined) {
    const text = bodyOf(program, node)
      .map((member) => JSON.stringify(member.config))
      .join('\n');
    // A name that is computed may be any node's.
    isRead = text.includes('nodes[') ? () => true : (id) => text.includes(id);
    byNode.set(node, isRead);
  }
  return isRead;
}

/** Nodes that can be reached from the body port of a node. */
function bodyOf(program: Program, id: string): CompiledNode[] {
  const start = program.nodes.get(id);
  const found = new Map<string, CompiledNode>();
  const queue = [...(start?.targets.get(start.definition.bodyPort ?? '') ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const node = program.nodes.get(next);
    if (node === undefined || found.has(next) || next === id) continue;
    found.set(next, node);
    queue.push(...[...node.targets.values()].flat());
  }
  return [...found.values()];
}
