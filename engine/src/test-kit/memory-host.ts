/** Carries out what the interpreter asks for, in memory and in virtual time: nodes, waits, child runs. */
import type { ChildEffect, Effect, ErrorRecord, JsonObject, JsonValue, RunEvent, RunSnapshot } from '@heddle/schemas';
import {
  advance,
  childSnapshot,
  startOfChild,
  startSnapshot,
  toChildFinished,
  type Advance,
} from '../advance/index.ts';
import { compileFlow, RUNTIME_CAPABILITIES, type Program } from '../compile/index.ts';
import { driveNode, type NodeHost, type RunFacts, type RunNodeEffect } from '../drive/index.ts';
import type { HandlerRegistry } from '../plugin/index.ts';
import { fakeServices, type Fakes, type World } from './fake-services.ts';
import { createTimers, type Timers } from './timers.ts';

/** One try of one node, as a run view shows it. */
export interface NodeRunRecord {
  readonly node: string;
  readonly position: string;
  readonly visit: number;
  readonly attempt: number;
  readonly input: JsonValue;
  readonly atMs: number;
  readonly outcome:
    | { readonly kind: 'succeeded'; readonly port: string; readonly output: JsonValue }
    | { readonly kind: 'suspended'; readonly wait: JsonObject }
    | { readonly kind: 'failed'; readonly error: ErrorRecord };
}

/** A node that is about to run. */
export interface NodeStep {
  readonly runId: string;
  readonly node: string;
  readonly input: JsonValue;
  readonly visit: number;
  readonly attempt: number;
  readonly atMs: number;
  /** Every node run of the flow so far, in order. */
  readonly records: readonly NodeRunRecord[];
  /** `node.port` for every port taken so far. */
  readonly ports: readonly string[];
}

/** A run in memory. */
export interface HarnessRun {
  readonly id: string;
  readonly trigger: string;
  readonly startedAtMs: number;
  readonly snapshot: RunSnapshot;
  readonly nodeRuns: readonly NodeRunRecord[];
  /** Of a child run: the run that started it, and which of its items this is. */
  readonly parent?: { readonly runId: string; readonly position: string; readonly index: number };
}

/** One event that the interpreter took into a run, and what it answered. */
export interface RunStep extends Advance {
  readonly runId: string;
  /** Name of the flow; `''` is the one under test. */
  readonly flow: string;
  readonly before: RunSnapshot;
  readonly event: RunEvent;
}

/** A run that goes on. */
export interface MemoryRun extends HarnessRun {
  readonly flow: string;
  readonly hasContact: boolean;
  readonly inputs: JsonObject;
  snapshot: RunSnapshot;
  readonly nodeRuns: NodeRunRecord[];
}

export interface MemoryHostOptions {
  readonly registry: HandlerRegistry;
  /** Documents by name; `''` is the one under test. */
  readonly flows: Readonly<Record<string, unknown>>;
  readonly inputs: JsonObject;
  readonly seed: number;
  readonly fakes: Fakes;
  readonly world: World;
  readonly nowMs: () => number;
  readonly crashesAfterEveryEvent: boolean;
  readonly beforeNode?: (step: NodeStep) => Promise<void>;
  readonly afterEvent?: (step: RunStep) => void;
}

export interface MemoryHost {
  readonly runs: readonly MemoryRun[];
  readonly timers: Timers;
  readonly trace: readonly string[];
  readonly ports: readonly string[];
  /** Every node run of the flow, bodies included, in order. */
  readonly records: readonly NodeRunRecord[];
  program(): Program;
  /** Takes one event into a run and carries out everything that follows from it at once. */
  take(run: MemoryRun, event: RunEvent): Promise<void>;
  start(trigger: string, output: JsonValue, hasContact: boolean): Promise<void>;
  /** As if the process had been killed and started again. */
  restart(): void;
}

type Work =
  | { readonly kind: 'node'; readonly run: MemoryRun; readonly effect: RunNodeEffect }
  | { readonly kind: 'event'; readonly run: MemoryRun; readonly event: RunEvent };

/** @throws FlowError `FLOW_INVALID`. */
export function createMemoryHost(options: MemoryHostOptions): MemoryHost {
  const { registry, world, fakes, nowMs } = options;
  const compile = (document: unknown): Program =>
    compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES }).program;
  const programs = new Map(Object.entries(options.flows).map(([name, document]) => [name, compile(document)]));
  const runs: MemoryRun[] = [];
  const timers = createTimers();
  const trace: string[] = [];
  const ports: string[] = [];
  const ownRecords: NodeRunRecord[] = [];
  const work: Work[] = [];
  let runCount = 0;
  let isWorking = false;

  function programOf(flow: string): Program {
    const program = programs.get(flow);
    if (program === undefined) throw new RangeError(`There is no flow "${flow}" in memory`);
    return program;
  }

  async function take(run: MemoryRun, event: RunEvent): Promise<void> {
    work.push({ kind: 'event', run, event });
    if (isWorking) return;
    isWorking = true;
    for (let item = work.shift(); item !== undefined; item = work.shift()) {
      if (item.kind === 'event') step(item.run, item.event);
      // A run that ended meanwhile has no positions left.
      else if (Object.hasOwn(item.run.snapshot.positions, item.effect.position)) await runNode(item.run, item.effect);
    }
    isWorking = false;
  }

  async function runNode(run: MemoryRun, effect: RunNodeEffect): Promise<void> {
    const word = effect.attempt > 1 ? 'retried' : effect.resumed === undefined ? 'started' : 'resumed';
    trace.push(`${effect.node}.${word}`);
    const { node, input, visit, attempt } = effect;
    // The nodes of called flows are not those of the draft.
    if (run.flow === '' && options.beforeNode !== undefined) {
      const records = [...ownRecords];
      await options.beforeNode({
        runId: run.id,
        node,
        input,
        visit,
        attempt,
        atMs: nowMs(),
        records,
        ports: [...ports],
      });
    }
    const program = programOf(run.flow);
    const pin = program.document.nodes[node]?.pin;
    const event: RunEvent =
      pin === undefined
        ? await driveNode(program, run.snapshot, effect, factsOf(run), hostFor(run, effect))
        : { kind: 'nodeSucceeded', position: effect.position, ...pin, atMs: nowMs() };
    note(run, effect, event);
    step(run, event);
  }

  function factsOf(run: MemoryRun): RunFacts {
    const contact = run.hasContact ? world.contact : null;
    return { runId: run.id, flowId: 'test-flow', inputs: run.inputs, contact, nowMs: nowMs() };
  }

  function hostFor(run: MemoryRun, { node, visit }: RunNodeEffect): NodeHost {
    return {
      registry,
      services: fakeServices(world, fakes, { runId: run.id, node, visit, nowMs }),
      nowMs,
      // In virtual time a handler takes no time, so it cannot be late.
      startDeadline: () => ({ signal: new AbortController().signal, clear: () => undefined }),
    };
  }

  function step(run: MemoryRun, event: RunEvent): void {
    const before = run.snapshot;
    const { snapshot, effects, children } = advance(programOf(run.flow), before, event);
    run.snapshot = snapshot;
    options.afterEvent?.({ runId: run.id, flow: run.flow, before, event, snapshot, effects, children });
    for (const effect of effects) carryOut(run, effect);
    for (const effect of children) {
      if (effect.kind === 'startChild') startChild(run, effect);
      else cancelChildren(run, effect.position);
    }
    if (options.crashesAfterEveryEvent) restart();
  }

  function carryOut(run: MemoryRun, effect: Effect): void {
    switch (effect.kind) {
      case 'runNode':
        work.push({ kind: 'node', run, effect });
        break;
      case 'scheduleWait':
        timers.set(run.id, effect.position, effect.wait.dueAtMs ?? Number.POSITIVE_INFINITY, effect.wait.kind);
        break;
      case 'cancelWait':
        timers.cancel(run.id, effect.position);
        break;
      case 'finish': {
        trace.push(`${run.parent === undefined ? 'run' : 'child'}.${effect.status}`);
        const above = runs.find((candidate) => candidate.id === run.parent?.runId);
        if (run.parent === undefined || above === undefined) break;
        const { position, index } = run.parent;
        work.push({ kind: 'event', run: above, event: toChildFinished({ position, index }, effect, nowMs()) });
      }
    }
  }

  function startChild(parent: MemoryRun, effect: Extract<ChildEffect, { kind: 'startChild' }>): void {
    const { position, index, input } = effect;
    const called = effect.start;
    const flow = called.kind === 'body' ? parent.flow : called.flow;
    const program = programs.get(flow);
    const first = program === undefined ? null : startOfChild(program, effect, nowMs());
    if (first === null || first.kind !== 'started') {
      const error: ErrorRecord = { code: 'FLOW_NOT_PUBLISHED', message: `There is no flow "${flow}".`, retry: 'never' };
      const event = toChildFinished({ position, index }, { status: 'failed', error }, nowMs());
      work.push({ kind: 'event', run: parent, event });
      return;
    }
    runCount += 1;
    const given: JsonObject =
      called.kind === 'flow' && typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {};
    const run: MemoryRun = {
      id: `run-${runCount}`,
      flow,
      trigger: first.node,
      startedAtMs: nowMs(),
      hasContact: parent.hasContact,
      inputs: called.kind === 'flow' ? given : parent.inputs,
      snapshot: childSnapshot(programOf(parent.flow), parent.snapshot, effect, options.seed + runCount),
      nodeRuns: [],
      parent: { runId: parent.id, position, index },
    };
    runs.push(run);
    work.push({ kind: 'event', run, event: first });
  }

  function cancelChildren(parent: MemoryRun, position: string): void {
    for (const run of runs) {
      if (run.parent?.runId !== parent.id || run.parent.position !== position) continue;
      work.push({ kind: 'event', run, event: { kind: 'cancelled', reason: 'No longer needed.', atMs: nowMs() } });
    }
  }

  function note(run: MemoryRun, effect: RunNodeEffect, event: RunEvent): void {
    const { node, position, visit, attempt, input } = effect;
    const keep = (outcome: NodeRunRecord['outcome'], word: string): void => {
      const record: NodeRunRecord = { node, position, visit, attempt, input, atMs: nowMs(), outcome };
      run.nodeRuns.push(record);
      if (run.flow === '') ownRecords.push(record);
      trace.push(`${node}.${word}`);
    };
    if (event.kind === 'nodeSucceeded') {
      ports.push(`${node}.${event.port}`);
      keep({ kind: 'succeeded', port: event.port, output: event.output }, 'succeeded');
    } else if (event.kind === 'nodeSuspended') keep({ kind: 'suspended', wait: { ...event.wait } }, 'suspended');
    else if (event.kind === 'nodeFailed') {
      if (programOf(run.flow).nodes.get(node)?.targets.has('error') === true) ports.push(`${node}.error`);
      keep({ kind: 'failed', error: event.error }, 'failed');
    }
  }

  async function start(trigger: string, output: JsonValue, hasContact: boolean): Promise<void> {
    const snapshot = startSnapshot(options.seed + runCount);
    runCount += 1;
    const { inputs } = options;
    const id = `run-${runCount}`;
    const run: MemoryRun = { id, flow: '', trigger, startedAtMs: nowMs(), hasContact, inputs, snapshot, nodeRuns: [] };
    runs.push(run);
    const port = programOf('').nodes.get(trigger)?.firstPort;
    if (port !== null && port !== undefined) ports.push(`${trigger}.${port}`);
    await take(run, { kind: 'started', node: trigger, output, atMs: nowMs() });
  }

  function restart(): void {
    for (const [name, program] of programs) programs.set(name, compile(reload(program.document)));
    for (const run of runs) run.snapshot = reload(run.snapshot);
  }

  return { runs, timers, trace, ports, records: ownRecords, program: () => programOf(''), take, start, restart };
}

/** What a value is after it was stored and loaded. */
function reload<T>(value: T): T {
  // JSON in, the same JSON out: that is what the tests rely on, and what they check.
  return JSON.parse(JSON.stringify(value)) as T;
}
