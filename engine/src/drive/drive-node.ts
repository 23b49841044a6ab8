import { FlowError, type RunEvent, type RunSnapshot } from '@heddle/schemas';
import type { Program } from '../compile/index.ts';
import type { HandlerRegistry, NodeHandler, NodeResult } from '../plugin/index.ts';
import {
  prepareNodeRun,
  type HandlerServices,
  type PreparedNodeRun,
  type RunFacts,
  type RunNodeEffect,
} from './prepare-node-run.ts';
import { toRunEvent, type NodeOutcome } from './to-run-event.ts';

/** A time limit that runs. `signal` is aborted when it is over, or when the host stops. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** The node answered: the limit may be forgotten. */
  clear(): void;
}

/** What the host lends for one node run. */
export interface NodeHost {
  readonly registry: HandlerRegistry;
  readonly services: HandlerServices;
  nowMs(): number;
  startDeadline(timeoutMs: number): Deadline;
}

/**
 * Runs one node: fills in its config, calls its handler within its time limit, and says what happened. Never throws.
 * Every host (worker, simulator, flow tests, back-test) goes through here.
 */
export async function driveNode(
  program: Program,
  snapshot: RunSnapshot,
  effect: RunNodeEffect,
  facts: RunFacts,
  host: NodeHost,
): Promise<RunEvent> {
  let outcome: NodeOutcome;
  try {
    const prepared = prepareNodeRun(program, snapshot, effect, facts);
    outcome = { kind: 'returned', result: await callNode(prepared, host) };
  } catch (error) {
    outcome = { kind: 'threw', error };
  }
  return toRunEvent(effect.position, outcome, host.nowMs());
}

/**
 * Calls the handler of a prepared node run within its time limit.
 *
 * @throws FlowError `NODE_TIMED_OUT`, `NODE_TYPE_UNKNOWN`, and whatever the handler throws.
 */
export async function callNode({ node, definition, context }: PreparedNodeRun, host: NodeHost): Promise<NodeResult> {
  const handler: NodeHandler = host.registry.getHandler(definition.type);
  if (handler.run === undefined)
    throw new FlowError('NODE_TYPE_UNKNOWN', `"${node.title}" starts runs and cannot be run itself.`);
  const services =
    definition.effect === 'send' ? host.services : { ...host.services, send: refuseSend(definition.type) };
  const deadline = host.startDeadline(definition.timeoutMs);
  const { signal } = deadline;
  const lateError = () =>
    signal.reason instanceof FlowError
      ? signal.reason
      : new FlowError('NODE_TIMED_OUT', `"${node.title}" gave no result within ${definition.timeoutMs} ms.`);
  let onAbort: (() => void) | undefined;
  try {
    if (signal.aborted) throw lateError();
    const late = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(lateError());
      signal.addEventListener('abort', onAbort, { once: true });
    });
    // Config was checked against this definition's schema, so it has the type that the handler was written for.
    const result = handler.run({ ...context, ...services, signal } as Parameters<typeof handler.run>[0]);
    return result instanceof Promise ? await Promise.race([result, late]) : result;
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    deadline.clear();
  }
}

/** A node that declares to be harmless must not send: after a crash it is simply run again. */
function refuseSend(type: string): HandlerServices['send'] {
  return () => Promise.reject(new TypeError(`${type} sends without declaring effect "send"`));
}
