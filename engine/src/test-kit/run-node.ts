import {
  toErrorRecord,
  type ContactFacts,
  type ErrorRecord,
  type JsonObject,
  type JsonValue,
  type ResumeCause,
} from '@heddle/schemas';
import { randomFor, stickyRandom } from '../advance/index.ts';
import { assertFilledConfig } from '../compile/index.ts';
import { callNode, toRunEvent, type NodeHost, type PreparedNodeRun } from '../drive/index.ts';
import type { Scope } from '../expressions/index.ts';
import { createHandlerRegistry, type NodeHandler, type NodeResult } from '../plugin/index.ts';
import { createWorld, fakeServices, type Fakes, type World } from './fake-services.ts';
import { TEST_NOW_MS } from './test-time.ts';

/** What a node run needs; everything but the config may be left out. */
export interface RunNodeOptions {
  /** Already filled in: no templates. Checked against the definition. */
  readonly config: JsonObject;
  readonly input?: JsonValue;
  readonly trigger?: JsonValue;
  readonly vars?: JsonObject;
  readonly inputs?: JsonObject;
  readonly nodes?: Readonly<Record<string, JsonValue>>;
  readonly contact?: ContactFacts | null;
  readonly resumed?: ResumeCause;
  readonly memo?: JsonValue;
  readonly nowMs?: number;
  readonly seed?: number;
  readonly visit?: number;
  readonly attempt?: number;
  readonly fakes?: Fakes;
  /** Goes on in a world from an earlier call, to test what a second call with the same keys does. */
  readonly world?: World;
}

/** How it ended, and what it did. Exactly one of `result` and `error` is set. */
export interface NodeRunReport {
  readonly result: NodeResult | null;
  readonly error: ErrorRecord | null;
  /** What was thrown, when something was; `error` is what the run would keep of it. */
  readonly thrown: unknown;
  readonly world: World;
}

/**
 * Runs one node in memory, as every host does: checks the config, calls the handler, judges its answer.
 *
 * @throws FlowError `NODE_CONFIG_INVALID` when the config does not fit the definition: the test is wrong, not the node.
 */
export async function runNode(handler: NodeHandler, options: RunNodeOptions): Promise<NodeRunReport> {
  const { definition } = handler;
  assertFilledConfig(definition, options.config);
  const nowMs = options.nowMs ?? TEST_NOW_MS;
  const world = options.world ?? createWorld(options.contact ?? null);
  const host: NodeHost = {
    registry: createHandlerRegistry([handler]),
    services: fakeServices(world, options.fakes ?? {}, {
      runId: 'test-run',
      node: 'node',
      visit: options.visit ?? 1,
      nowMs: () => nowMs,
    }),
    nowMs: () => nowMs,
    startDeadline: () => ({ signal: new AbortController().signal, clear: () => undefined }),
  };
  try {
    const result = await callNode(prepare(handler, options, nowMs, world), host);
    const event = toRunEvent('p1', { kind: 'returned', result }, nowMs);
    return event.kind === 'nodeFailed'
      ? { result: null, error: event.error, thrown: null, world }
      : { result, error: null, thrown: null, world };
  } catch (thrown) {
    return { result: null, error: toErrorRecord(thrown), thrown, world };
  }
}

function prepare({ definition }: NodeHandler, options: RunNodeOptions, nowMs: number, world: World): PreparedNodeRun {
  const { config, input = {}, trigger = {}, vars = {}, seed = 1, visit = 1, attempt = 1 } = options;
  const { contact } = world;
  const run = { id: 'test-run', flowId: 'test-flow', node: 'node', visit, attempt };
  const scope: Scope = {
    inputs: options.inputs ?? {},
    contact,
    trigger,
    input,
    nodes: options.nodes ?? {},
    vars,
    error: null,
    run,
    now: new Date(nowMs).toISOString(),
  };
  return {
    node: {
      id: 'node',
      title: definition.title,
      definition,
      config,
      plan: { isStatic: true, templates: [], resolve: () => config },
      ports: new Set(),
      targets: new Map(),
      retry: null,
      isDisabled: false,
      firstPort: null,
    },
    definition,
    context: {
      config,
      input,
      trigger,
      vars,
      scope,
      contact,
      run,
      nowMs,
      random: randomFor(seed, 'node', visit),
      stickyRandom: (salt) => stickyRandom(contact?.id ?? `run ${seed}`, salt),
      memo: options.memo,
      resumed: options.resumed,
    },
  };
}
