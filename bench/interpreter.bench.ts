/** What one pure node costs in the interpreter, beside calling its handler's function alone. */
import { advance, compileFlow, prepareNodeRun, startSnapshot, toRunEvent } from '@heddle/engine';
import type { NodeHandler, Program, RunNodeEffect } from '@heddle/engine';
import type { FlowDocument, JsonObject, RunSnapshot } from '@heddle/schemas';
// The smallest node types there are: what they do themselves must not count.
import { registry } from '../engine/test/nodes.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atMost } from './support/goal.ts';

export const name = 'interpreter';
export const method =
  'A flow of N pure nodes in a row (each adds one to the number in its input and sets a variable), run from start to end, again and again, in one thread, in processor time of that thread. ' +
  'Floor: the same N functions called one after another, nothing else. Interpreter: advance() once per node with the result already ' +
  'there. Whole: as every host runs a node, fill in its config (one expression), call the handler, judge its answer, advance. Flows of ' +
  '5, 20 and 100 nodes take turns for --rounds rounds (default 7) of --ms milliseconds (default 300) each, after a round to warm up; ' +
  'the median round counts. The goal is judged on 20 and on 100 nodes. Not measured: waiting on the answer of an asynchronous handler, and storing.';

const SIZES = [5, 20, 100] as const;
const LIMIT_MICROS = 5;

type Count = (input: JsonObject) => JsonObject;
const count: Count = (input) => ({ value: Number(input['value'] ?? 0) + 1 });

interface Case {
  readonly nodes: number;
  readonly program: Program;
  readonly functions: readonly Count[];
}

/** Runs one flow to its end. @returns The number that its last node put out, so that nothing can be left out as unused. */
type Play = (flow: Case) => number;

const playFloor: Play = ({ functions }) => {
  let value: JsonObject = { value: 0 };
  for (const call of functions) value = call(value);
  return Number(value['value']);
};

const playAdvance: Play = ({ program, functions }) => {
  let { snapshot, effects } = advance(program, startSnapshot(1), {
    kind: 'started',
    node: 's',
    output: { value: 0 },
    atMs: 0,
  });
  for (const call of functions) {
    const position = runNodeOf(effects).position;
    const output = call(Object(runNodeOf(effects).input));
    ({ snapshot, effects } = advance(program, snapshot, {
      kind: 'nodeSucceeded',
      position,
      port: 'out',
      output,
      atMs: 0,
    }));
  }
  return readLast(snapshot, functions.length);
};

const playWhole: Play = ({ program, functions }) => {
  let { snapshot, effects } = advance(program, startSnapshot(1), {
    kind: 'started',
    node: 's',
    output: { value: 0 },
    atMs: 0,
  });
  const handler: NodeHandler = registry.getHandler('test/set');
  const facts = { runId: 'r', flowId: 'f', inputs: {}, contact: null, nowMs: 0 };
  for (let i = 0; i < functions.length; i++) {
    const effect = runNodeOf(effects);
    const { context } = prepareNodeRun(program, snapshot, effect, facts);
    // The handler touches only its input; services would be made by the host.
    const result = handler.run?.(context as Parameters<NonNullable<NodeHandler['run']>>[0]);
    if (result === undefined || result instanceof Promise) throw new TypeError('The bench node answers at once');
    ({ snapshot, effects } = advance(program, snapshot, toRunEvent(effect.position, { kind: 'returned', result }, 0)));
  }
  return readLast(snapshot, functions.length);
};

function runNodeOf(effects: readonly { kind: string }[]): RunNodeEffect {
  const [effect] = effects;
  if (effect?.kind !== 'runNode') throw new TypeError('The flow asks for no node');
  // Told apart by its kind in the line above.
  return effect as RunNodeEffect;
}

function readLast(snapshot: RunSnapshot, nodes: number): number {
  const output = snapshot.outputs[`n${nodes - 1}`]?.output;
  if (snapshot.status !== 'succeeded') throw new TypeError(`The run is ${snapshot.status}`);
  return Number(Object(output)['value']);
}

function makeCase(nodes: number): Case {
  const ids = Array.from({ length: nodes }, (_, index) => `n${index}`);
  const document: FlowDocument = {
    formatVersion: 1,
    name: 'Bench',
    nodes: {
      s: { type: 'test/start', v: 1, config: {} },
      ...Object.fromEntries(
        ids.map((id) => [id, { type: 'test/set', v: 1, config: { name: 'n', value: { $: 'input.value | plus: 1' } } }]),
      ),
    },
    edges: ids.map((id, index) => ({ from: `${index === 0 ? 's' : `n${index - 1}`}.out`, to: id })),
  };
  // Separate functions, as separate nodes have: one call site that sees only one function would be inlined away.
  const functions = ids.map((): Count => (input) => count(input));
  return { nodes, program: compileFlow(document, registry).program, functions };
}

export async function run({ numberOption, table, note }: BenchmarkContext): Promise<BenchmarkResult> {
  const rounds = numberOption('rounds', 7);
  const ms = numberOption('ms', 300);
  const plays = { floor: playFloor, interpreter: playAdvance, whole: playWhole };
  const cases = SIZES.map(makeCase);
  const micros = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    if (round > 0) note(`round ${round} of ${rounds}`);
    for (const flow of cases) {
      for (const [kind, play] of Object.entries(plays)) {
        const took = measure(play, flow, ms);
        if (round > 0) micros.set(`${kind}/${flow.nodes}`, [...(micros.get(`${kind}/${flow.nodes}`) ?? []), took]);
      }
    }
  }
  const figure = (kind: keyof typeof plays, nodes: number): number => median(micros.get(`${kind}/${nodes}`) ?? []);
  table(
    'Microseconds per node',
    SIZES.map((nodes) => ({
      nodes,
      floor: round3(figure('floor', nodes)),
      interpreter: round3(figure('interpreter', nodes)),
      whole: round3(figure('whole', nodes)),
      'node runs per second (interpreter)': Math.round(1e6 / figure('interpreter', nodes)),
      'node runs per second (whole)': Math.round(1e6 / figure('whole', nodes)),
    })),
  );
  const own = figure('interpreter', 20) - figure('floor', 20);
  const figures: Record<string, number> = {
    floorMicrosPerNode: round3(figure('floor', 20)),
    interpreterMicrosPerNode: round3(own),
    wholeMicrosPerNode: round3(figure('whole', 20)),
    nodeRunsPerSecond: Math.round(1e6 / figure('interpreter', 20)),
    interpreterMicrosPerNodeOf100: round3(figure('interpreter', 100) - figure('floor', 100)),
  };
  return {
    figures,
    goals: [
      atMost('interpreter per pure node, flow of 20 nodes, µs above bare calls', own, LIMIT_MICROS),
      atMost('the same in a flow of 100 nodes', figure('interpreter', 100) - figure('floor', 100), LIMIT_MICROS),
    ],
  };
}

/** Microseconds per node over at least `ms` milliseconds of the thread's processor time, so that other work on the machine hardly counts. */
function measure(play: Play, flow: Case, ms: number): number {
  const before = process.threadCpuUsage();
  let runs = 0;
  let elapsedMs = 0;
  do {
    // The clock is read once per 50 runs: it costs more than a bare run.
    for (let i = 0; i < 50; i++) if (play(flow) !== flow.nodes) throw new TypeError('A node was left out');
    runs += 50;
    const { user, system } = process.threadCpuUsage(before);
    elapsedMs = (user + system) / 1_000;
  } while (elapsedMs < ms);
  return (elapsedMs * 1000) / (runs * flow.nodes);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}
