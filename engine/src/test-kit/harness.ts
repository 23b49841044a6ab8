import type { ContactFacts, InboundEvent, JsonObject, JsonValue, RunEvent, RunStatus } from '@heddle/schemas';
import { decideStart, isReply, matchTriggers, toReply, type StartDecision } from '../drive/index.ts';
import type { HandlerRegistry } from '../plugin/index.ts';
import { createWorld, type Fakes, type World } from './fake-services.ts';
import { makeContact, makeEvent, type HarnessEvent } from './make-event.ts';
import {
  createMemoryHost,
  type HarnessRun,
  type MemoryRun,
  type NodeRunRecord,
  type NodeStep,
  type RunStep,
} from './memory-host.ts';
import { TEST_NOW_MS } from './test-time.ts';

export interface HarnessOptions {
  readonly inputs?: JsonObject;
  /** Known facts of the person who writes; the rest is made up. */
  readonly contact?: Partial<ContactFacts>;
  readonly seed?: number;
  readonly nowMs?: number;
  readonly fakes?: Fakes;
  /** Other flows that this one may call, by name. */
  readonly flows?: Readonly<Record<string, unknown>>;
  /** Stores and reloads everything as JSON after every event, as if the machine had died there. */
  readonly crashesAfterEveryEvent?: boolean;
  /** Called before each node of the flow runs, and waited for: this is how a draft is stepped through. */
  readonly beforeNode?: (step: NodeStep) => Promise<void>;
  /** Called for each event that the interpreter took, in order: this is how histories are recorded. */
  readonly afterEvent?: (step: RunStep) => void;
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
  /** Runs that a trigger started; child runs are in `children`. */
  runs(): readonly HarnessRun[];
  children(): readonly HarnessRun[];
  /** Something happens: first it answers waits of the contact, else it is offered to the triggers. */
  deliver(event: HarnessEvent): Promise<void>;
  /** Starts a run at a trigger without asking it. */
  start(output?: JsonValue, trigger?: string): Promise<void>;
  cancel(runId: string): Promise<void>;
  /** A member decides what has waited longest for it. @returns false when nothing waits for a decision. */
  decide(decision: 'approved' | 'rejected', by?: string, note?: string): Promise<boolean>;
  /** Something is reported from outside: every wait for this name and key takes it. @returns How many did. */
  report(name: string, key: string, data?: JsonObject): Promise<number>;
  /** Jumps from wait to wait until nothing is left but waiting for the contact. */
  settle(): Promise<void>;
  /** As if the process had been killed and started again. */
  restart(): void;
  /** `node.started`, `node.suspended`, `node.retried`, `node.succeeded`, `node.failed`, `run.succeeded` … of all runs, in order. */
  trace(): readonly string[];
  /** `node.port` for every port taken, in order. */
  ports(): readonly string[];
  /** Every node run of the flow, bodies included, in order. */
  steps(): readonly NodeRunRecord[];
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
  let nowMs = options.nowMs ?? TEST_NOW_MS;
  const world = createWorld(options.contact === undefined ? null : makeContact('test', options.contact));
  const host = createMemoryHost({
    registry,
    flows: { ...options.flows, '': document },
    inputs,
    seed,
    fakes,
    world,
    nowMs: () => nowMs,
    crashesAfterEveryEvent: options.crashesAfterEveryEvent === true,
    ...(options.beforeNode === undefined ? {} : { beforeNode: options.beforeNode }),
    ...(options.afterEvent === undefined ? {} : { afterEvent: options.afterEvent }),
  });
  const { timers } = host;
  const notFired: NotFired[] = [];
  const waitingStarts: WaitingStart[] = [];
  let eventCount = 0;

  const startedRuns = (): MemoryRun[] => host.runs.filter((run) => run.parent === undefined);

  /** Positions that wait for something of this kind, the oldest run first. */
  function findWaits(kind: string): { run: MemoryRun; position: string }[] {
    return host.runs.flatMap((run) =>
      Object.entries(run.snapshot.positions).flatMap(([position, { state, wait }]) =>
        state === 'waiting' && wait?.kind === kind ? [{ run, position }] : [],
      ),
    );
  }

  async function take(run: MemoryRun, event: RunEvent): Promise<void> {
    await host.take(run, event);
  }

  async function answerWaits(event: InboundEvent): Promise<boolean> {
    // A conversation has one listener: the question that was asked last takes the answer.
    const newest = timers.newest('reply');
    const run = host.runs.find(({ id, hasContact }) => id === newest?.runId && hasContact);
    if (newest === null || run === undefined) return false;
    const { position } = newest;
    await take(run, { kind: 'replied', position, reply: toReply(event), atMs: nowMs });
    return true;
  }

  async function offerToTriggers(event: InboundEvent, hasContact: boolean): Promise<void> {
    const outcomes = matchTriggers(host.program(), registry, event, {
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
    const started = startedRuns();
    const active = started.filter((run) => isActive(run.snapshot.status));
    const decision = decideStart(host.program().document.settings, {
      activeRunIds: active.map((run) => run.id),
      lastStartedAtMs: started.at(-1)?.startedAtMs ?? null,
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
    await host.start(node, output, hasContact);
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
      const run = host.runs.find((candidate) => candidate.id === due?.runId);
      if (run !== undefined) await take(run, { kind: 'timerFired', position: due.position, atMs: nowMs });
      await startWaiting();
    }
    nowMs = Math.max(nowMs, targetMs);
  }

  async function settle(): Promise<void> {
    const comesByItself = (runId: string, position: string, kind: string): boolean => {
      if (kind === 'time' || kind === 'retry') return true;
      return host.runs.find((run) => run.id === runId)?.snapshot.positions[position]?.fragments !== undefined;
    };
    while (timers.some(comesByItself)) await advanceTo(timers.next()?.dueAtMs ?? nowMs);
  }

  async function decide(decision: 'approved' | 'rejected', by?: string, text?: string): Promise<boolean> {
    const [first] = findWaits('approval');
    if (first === undefined) return false;
    const who = { ...(by === undefined ? {} : { by }), ...(text === undefined ? {} : { note: text }) };
    await take(first.run, { kind: 'approved', position: first.position, decision, ...who, atMs: nowMs });
    await startWaiting();
    return true;
  }

  async function report(name: string, key: string, data: JsonObject = {}): Promise<number> {
    const waits = findWaits('event').filter(({ run, position }) => {
      const wait = run.snapshot.positions[position]?.wait;
      return wait?.kind === 'event' && wait.name === name && wait.key === key;
    });
    for (const { run, position } of waits) await take(run, { kind: 'eventArrived', position, data, atMs: nowMs });
    await startWaiting();
    return waits.length;
  }

  return {
    clock: { nowMs: () => nowMs, advanceMs: (ms) => advanceTo(nowMs + ms) },
    world,
    notFired,
    runs: startedRuns,
    children: () => host.runs.filter((run) => run.parent !== undefined),
    deliver,
    start: (output = {}, trigger) => host.start(trigger ?? host.program().triggers[0]?.id ?? '', output, true),
    cancel: async (runId) => {
      const run = host.runs.find((candidate) => candidate.id === runId);
      if (run !== undefined) await take(run, { kind: 'cancelled', reason: 'Cancelled by the test.', atMs: nowMs });
      await startWaiting();
    },
    settle,
    decide,
    report,
    restart: host.restart,
    trace: () => host.trace,
    ports: () => host.ports,
    steps: () => host.records,
  };
}

function isActive(status: RunStatus): boolean {
  return status === 'running' || status === 'waiting';
}
