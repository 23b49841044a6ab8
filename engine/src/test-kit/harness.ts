import {
  type ContactFacts,
  type ErrorRecord,
  type InboundEvent,
  type JsonObject,
  type JsonValue,
  type RunEvent,
  type RunSnapshot,
  type RunStatus,
} from '@heddle/schemas';
import { advance, startSnapshot } from '../advance/index.ts';
import { compileFlow, RUNTIME_CAPABILITIES, type Program } from '../compile/index.ts';
import {
  decideStart,
  driveNode,
  isReply,
  matchTriggers,
  toReply,
  type NodeHost,
  type RunFacts,
  type RunNodeEffect,
  type StartDecision,
} from '../drive/index.ts';
import type { HandlerRegistry } from '../plugin/index.ts';
import { createWorld, fakeServices, type Fakes, type World } from './fake-services.ts';
import { makeContact, makeEvent, type HarnessEvent } from './make-event.ts';
import { TEST_NOW_MS } from './test-time.ts';
import { createTimers } from './timers.ts';

export interface HarnessOptions {
  readonly inputs?: JsonObject;
  /** Known facts of the person who writes; the rest is made up. */
  readonly contact?: Partial<ContactFacts>;
  readonly seed?: number;
  readonly nowMs?: number;
  readonly fakes?: Fakes;
  /** Stores and reloads everything as JSON after every event, as if the machine had died there. */
  readonly crashesAfterEveryEvent?: boolean;
}

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

/** A run in memory. */
export interface HarnessRun {
  readonly id: string;
  readonly trigger: string;
  readonly startedAtMs: number;
  readonly snapshot: RunSnapshot;
  readonly nodeRuns: readonly NodeRunRecord[];
}

/** A trigger that listened and did not fire, or a run that was not started, with the reason. */
export interface NotFired {
  readonly node: string;
  readonly reason: string;
}

/** One flow and one contact in memory and in virtual time, over the real interpreter. Safe for the browser. */
export interface Harness {
  readonly clock: {
    nowMs(): number;
    /** Lets time pass; what falls due on the way happens at its time. */ advanceMs(ms: number): Promise<void>;
  };
  readonly world: World;
  readonly notFired: readonly NotFired[];
  runs(): readonly HarnessRun[];
  /** Something happens: first it answers waits of the contact, else it is offered to the triggers. */
  deliver(event: HarnessEvent): Promise<void>;
  /** Starts a run at a trigger without asking it. */
  start(output?: JsonValue, trigger?: string): Promise<void>;
  cancel(runId: string): Promise<void>;
  /** Jumps from wait to wait until nothing is left but waiting for the contact. */
  settle(): Promise<void>;
  /** As if the process had been killed and started again. */
  restart(): void;
  /** `node.started`, `node.suspended`, `node.retried`, `node.succeeded`, `node.failed`, `run.succeeded` … of all runs, in order. */
  trace(): readonly string[];
  /** `node.port` for every port taken, in order. */
  ports(): readonly string[];
}

interface MutableRun {
  readonly id: string;
  readonly trigger: string;
  readonly startedAtMs: number;
  readonly hasContact: boolean;
  snapshot: RunSnapshot;
  readonly nodeRuns: NodeRunRecord[];
}

/** A trigger that fired and may not start a run yet. */
interface WaitingStart {
  readonly node: string;
  readonly output: JsonValue;
  readonly hasContact: boolean;
}

/** @throws FlowError `FLOW_INVALID`. */
export function createHarness(document: unknown, registry: HandlerRegistry, options: HarnessOptions = {}): Harness {
  const { inputs = {}, seed = 1, fakes = {} } = options;
  let program: Program = compile(document, registry);
  let nowMs = options.nowMs ?? TEST_NOW_MS;
  const world = createWorld(options.contact === undefined ? null : makeContact('test', options.contact));
  const runs: MutableRun[] = [];
  const notFired: NotFired[] = [];
  const trace: string[] = [];
  const ports: string[] = [];
  const timers = createTimers();
  const waitingStarts: WaitingStart[] = [];
  let eventCount = 0;

  const factsOf = (run: MutableRun): RunFacts => ({
    runId: run.id,
    flowId: 'test-flow',
    inputs,
    contact: run.hasContact ? world.contact : null,
    nowMs,
  });
  const hostFor = (run: MutableRun, effect: RunNodeEffect): NodeHost => ({
    registry,
    services: fakeServices(world, fakes, { runId: run.id, node: effect.node, visit: effect.visit, nowMs: () => nowMs }),
    nowMs: () => nowMs,
    // In virtual time a handler takes no time, so it cannot be late.
    startDeadline: () => ({ signal: new AbortController().signal, clear: () => undefined }),
  });

  /** Takes one event into a run and carries out everything that follows from it at once. */
  async function take(run: MutableRun, first: RunEvent): Promise<void> {
    const pending: RunNodeEffect[] = [];
    step(run, first, pending);
    for (let effect = pending.shift(); effect !== undefined; effect = pending.shift()) {
      // A run that ended meanwhile has no positions left.
      if (!Object.hasOwn(run.snapshot.positions, effect.position)) continue;
      trace.push(
        `${effect.node}.${effect.attempt > 1 ? 'retried' : effect.resumed === undefined ? 'started' : 'resumed'}`,
      );
      const event = await driveNode(program, run.snapshot, effect, factsOf(run), hostFor(run, effect));
      note(run, effect, event);
      step(run, event, pending);
    }
  }

  function step(run: MutableRun, event: RunEvent, pending: RunNodeEffect[]): void {
    const { snapshot, effects } = advance(program, run.snapshot, event);
    run.snapshot = snapshot;
    for (const effect of effects) {
      if (effect.kind === 'runNode') pending.push(effect);
      else if (effect.kind === 'scheduleWait')
        timers.set(run.id, effect.position, effect.wait.dueAtMs ?? Number.POSITIVE_INFINITY, effect.wait.kind);
      else if (effect.kind === 'cancelWait') timers.cancel(run.id, effect.position);
      else trace.push(`run.${effect.status}`);
    }
    if (options.crashesAfterEveryEvent === true) restart();
  }

  function note(run: MutableRun, effect: RunNodeEffect, event: RunEvent): void {
    const { node, position, visit, attempt, input } = effect;
    const record = (outcome: NodeRunRecord['outcome'], word: string): void => {
      run.nodeRuns.push({ node, position, visit, attempt, input, atMs: nowMs, outcome });
      trace.push(`${node}.${word}`);
    };
    if (event.kind === 'nodeSucceeded') {
      ports.push(`${node}.${event.port}`);
      record({ kind: 'succeeded', port: event.port, output: event.output }, 'succeeded');
    } else if (event.kind === 'nodeSuspended') record({ kind: 'suspended', wait: { ...event.wait } }, 'suspended');
    else if (event.kind === 'nodeFailed') {
      if (program.nodes.get(node)?.targets.has('error') === true) ports.push(`${node}.error`);
      record({ kind: 'failed', error: event.error }, 'failed');
    }
  }

  async function startRun(trigger: string, output: JsonValue, hasContact: boolean): Promise<void> {
    const id = `run-${runs.length + 1}`;
    const run: MutableRun = {
      id,
      trigger,
      startedAtMs: nowMs,
      hasContact,
      snapshot: startSnapshot(seed + runs.length),
      nodeRuns: [],
    };
    runs.push(run);
    const port = program.nodes.get(trigger)?.firstPort;
    if (port !== null && port !== undefined) ports.push(`${trigger}.${port}`);
    await take(run, { kind: 'started', node: trigger, output, atMs: nowMs });
  }

  async function answerWaits(event: InboundEvent): Promise<boolean> {
    // A conversation has one listener: the oldest wait takes the answer.
    for (const run of runs) {
      if (!run.hasContact) continue;
      const waiting = Object.entries(run.snapshot.positions).find(
        ([, position]) => position.state === 'waiting' && position.wait?.kind === 'reply',
      );
      if (waiting === undefined) continue;
      await take(run, { kind: 'replied', position: waiting[0], reply: toReply(event), atMs: nowMs });
      return true;
    }
    return false;
  }

  async function offerToTriggers(event: InboundEvent, hasContact: boolean): Promise<void> {
    const outcomes = matchTriggers(program, registry, event, {
      flowId: 'test-flow',
      inputs,
      contact: hasContact ? world.contact : null,
      nowMs,
    });
    for (const outcome of outcomes) if ('reason' in outcome) notFired.push(outcome);
    const matches = outcomes.flatMap((outcome) => ('reason' in outcome ? [] : [outcome]));
    const [best] = matches.sort((a, b) => b.specificity - a.specificity);
    if (best === undefined) return;
    const start: WaitingStart = { node: best.node, output: best.output, hasContact };
    if ((await tryStart(start, waitingStarts.length)) === 'queue') waitingStarts.push(start);
  }

  /** Starts a run if the rules of the flow allow it now. `ahead`: starts that wait already. */
  async function tryStart({ node, output, hasContact }: WaitingStart, ahead: number): Promise<StartDecision['kind']> {
    const active = runs.filter((run) => isActive(run.snapshot.status));
    const decision = decideStart(program.document.settings, {
      activeRunIds: active.map((run) => run.id),
      lastStartedAtMs: runs.at(-1)?.startedAtMs ?? null,
      nowMs,
      activeInFlow: active.length,
      queuedForContact: ahead,
      queuedInFlow: ahead,
    });
    if (decision.kind === 'refuse') notFired.push({ node, reason: decision.reason });
    if (decision.kind !== 'start') return decision.kind;
    for (const run of active)
      if (decision.cancel.includes(run.id))
        await take(run, { kind: 'cancelled', reason: 'Started again.', atMs: nowMs });
    await startRun(node, output, hasContact);
    return 'start';
  }

  /** Something may have ended: starts that wait are asked again, the oldest first. */
  async function startWaiting(): Promise<void> {
    for (let first = waitingStarts[0]; first !== undefined; first = waitingStarts[0]) {
      if ((await tryStart(first, 0)) === 'queue') return;
      waitingStarts.shift();
    }
  }

  async function deliver(event: HarnessEvent): Promise<void> {
    eventCount += 1;
    const hasContact = options.contact !== undefined || !event.kind.startsWith('core/');
    if (hasContact) world.contact ??= makeContact(event.kind.split('/')[0] ?? 'test', {});
    const inbound = makeEvent(event, eventCount, nowMs, hasContact ? world.contact : null);
    if (isReply(inbound) && world.contact !== null) {
      world.contact = { ...world.contact, lastInboundAtMs: nowMs };
      const { text } = toReply(inbound);
      if (typeof text === 'string' && text !== '') world.messages.push({ role: 'user', text });
      if (await answerWaits(inbound)) return startWaiting();
    }
    await offerToTriggers(inbound, hasContact);
    await startWaiting();
  }

  async function advanceTo(targetMs: number): Promise<void> {
    for (let due = timers.next(); due !== null && due.dueAtMs <= targetMs; due = timers.next()) {
      nowMs = Math.max(nowMs, due.dueAtMs);
      timers.cancel(due.runId, due.position);
      const run = runs.find((candidate) => candidate.id === due?.runId);
      if (run !== undefined) await take(run, { kind: 'timerFired', position: due.position, atMs: nowMs });
      await startWaiting();
    }
    nowMs = Math.max(nowMs, targetMs);
  }

  async function settle(): Promise<void> {
    const comesByItself = (runId: string, position: string, kind: string): boolean =>
      kind !== 'reply' || runs.find((run) => run.id === runId)?.snapshot.positions[position]?.fragments !== undefined;
    while (timers.some(comesByItself)) await advanceTo(timers.next()?.dueAtMs ?? nowMs);
  }

  function restart(): void {
    program = compile(reload(program.document), registry);
    for (const run of runs) run.snapshot = reload(run.snapshot);
  }

  return {
    clock: { nowMs: () => nowMs, advanceMs: (ms) => advanceTo(nowMs + ms) },
    world,
    notFired,
    runs: () => runs,
    deliver,
    start: (output = {}, trigger) => startRun(trigger ?? program.triggers[0]?.id ?? '', output, true),
    cancel: async (runId) => {
      const run = runs.find((candidate) => candidate.id === runId);
      if (run !== undefined) await take(run, { kind: 'cancelled', reason: 'Cancelled by the test.', atMs: nowMs });
      await startWaiting();
    },
    settle,
    restart,
    trace: () => trace,
    ports: () => ports,
  };
}

/** In memory everything of the language can be carried out. */
function compile(document: unknown, registry: HandlerRegistry): Program {
  return compileFlow(document, registry, { capabilities: RUNTIME_CAPABILITIES }).program;
}

function isActive(status: RunStatus): boolean {
  return status === 'running' || status === 'waiting';
}

/** What a value is after it was stored and loaded. */
function reload<T>(value: T): T {
  // JSON in, the same JSON out: that is what the tests rely on, and what they check.
  return JSON.parse(JSON.stringify(value)) as T;
}
