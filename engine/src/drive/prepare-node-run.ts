import {
  FlowError,
  type ContactFacts,
  type Effect,
  type JsonObject,
  type JsonValue,
  type NodeDefinition,
  type RunSnapshot,
} from '@heddle/schemas';
import { randomFor, stickyRandom } from '../advance/index.ts';
import { assertFilledConfig, type CompiledNode, type Program } from '../compile/index.ts';
import type { RunIdentity, Scope } from '../expressions/index.ts';
import type { HandlerContext } from '../plugin/index.ts';

/** The effect that asks for a node run. */
export type RunNodeEffect = Extract<Effect, { kind: 'runNode' }>;

/** What only the host knows about a run, read fresh for every node run. */
export interface RunFacts {
  readonly runId: string;
  readonly flowId: string;
  /** Values of the owner; defaults of the document are laid under them. */
  readonly inputs: JsonObject;
  readonly contact: ContactFacts | null;
  readonly nowMs: number;
}

/** What a handler needs from outside: the part of its context that the host makes. */
export type HandlerServices = Pick<
  HandlerContext<JsonObject>,
  'send' | 'read' | 'contacts' | 'ai' | 'http' | 'records' | 'notifyMembers'
>;

/** The part of a handler's context that follows from the run alone. */
export type RunContext = Omit<HandlerContext<JsonObject>, keyof HandlerServices | 'signal'>;

/** A node run with its config filled in and checked. */
export interface PreparedNodeRun {
  readonly node: CompiledNode;
  readonly definition: NodeDefinition;
  readonly context: RunContext;
}

/**
 * Fills in the config of the node an effect names and gathers what its handler may read. Pure.
 *
 * @throws FlowError `EXPRESSION_*`, `NODE_CONFIG_INVALID`, `FLOW_INVALID` when the version has no such node.
 */
export function prepareNodeRun(
  program: Program,
  snapshot: RunSnapshot,
  effect: RunNodeEffect,
  facts: RunFacts,
): PreparedNodeRun {
  const node = program.nodes.get(effect.node);
  if (node === undefined) throw new FlowError('FLOW_INVALID', `This version of the flow has no node "${effect.node}".`);
  const run: RunIdentity = {
    id: facts.runId,
    flowId: facts.flowId,
    node: effect.node,
    visit: effect.visit,
    attempt: effect.attempt,
  };
  const scope = makeScope(program, snapshot, effect, facts, run);
  const context: RunContext = {
    config: resolveConfig(program, effect.node, scope),
    input: effect.input,
    trigger: snapshot.trigger,
    vars: snapshot.vars,
    scope,
    contact: facts.contact,
    run,
    nowMs: facts.nowMs,
    random: randomFor(snapshot.seed, effect.node, effect.visit),
    // Without a contact the choice sticks to the run.
    stickyRandom: (salt) => stickyRandom(facts.contact?.id ?? `run ${snapshot.seed}`, salt),
    memo: effect.memo,
    resumed: effect.resumed,
  };
  return { node, definition: node.definition, context };
}

/**
 * The config of a node with every template and expression filled in, checked against the definition where anything was filled in.
 *
 * @throws FlowError `EXPRESSION_*`, `NODE_CONFIG_INVALID`, both naming the node.
 */
export function resolveConfig(program: Program, nodeId: string, scope: Scope): JsonObject {
  const node = program.nodes.get(nodeId);
  if (node === undefined) throw new FlowError('FLOW_INVALID', `This version of the flow has no node "${nodeId}".`);
  // A config without templates was checked when the flow was compiled.
  if (node.plan.isStatic) return node.config;
  const config = node.plan.resolve(scope);
  assertFilledConfig(node.definition, config);
  return config;
}

/** Values of the inputs of a flow: the owner's over the document's defaults. */
export function fillInputs(program: Program, given: JsonObject): JsonObject {
  return { ...program.inputDefaults, ...given };
}

/** What the templates of a node run read. `nodes` and `now` are made on first use, as most configs read neither. */
function makeScope(
  program: Program,
  snapshot: RunSnapshot,
  effect: RunNodeEffect,
  facts: RunFacts,
  run: RunIdentity,
): Scope {
  return {
    inputs: fillInputs(program, facts.inputs),
    contact: facts.contact,
    trigger: snapshot.trigger,
    input: effect.input,
    get nodes() {
      return nodeOutputs(snapshot.outputs);
    },
    vars: snapshot.vars,
    error: snapshot.positions[effect.position]?.error ?? null,
    run,
    get now() {
      return new Date(facts.nowMs).toISOString();
    },
  };
}

const outputsByNode = new WeakMap<RunSnapshot['outputs'], Readonly<Record<string, JsonValue>>>();

/** `nodes.<id>` is the output itself. Outputs are never changed in place, so the view is kept as long as they live. */
function nodeOutputs(outputs: RunSnapshot['outputs']): Readonly<Record<string, JsonValue>> {
  let view = outputsByNode.get(outputs);
  if (view === undefined) {
    view = Object.fromEntries(Object.entries(outputs).map(([id, { output }]) => [id, output]));
    outputsByNode.set(outputs, view);
  }
  return view;
}
