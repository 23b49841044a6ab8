import type { Bug } from './bugs.ts';
import { drawFaults, type FaultRates } from './faults.ts';
import { databaseLatency, LEASE_MS } from './host/protocol.ts';
import { summarise } from '../../server/src/runtime/outbox/describe-action.ts';
import type { World } from './host/world.ts';
import { DatabaseError } from './host/failures.ts';
import { createWorker, type Worker } from './host/worker.ts';
import { createJudge } from './judge.ts';
import { calm, createPlatform } from './model/platform.ts';
import { createStore } from './model/store.ts';
import { decide, report } from './model/answer-waits.ts';
import { cancelRun } from './model/cancel-run.ts';
import { createPrng } from './prng.ts';
import { createScheduler, type Process } from './scheduler.ts';
import { createTrace } from './trace.ts';
import type { InboundEvent } from '@heddle/schemas';
import type { Violation } from './violation.ts';
import { drawLiveFlows } from './world/live-flows.ts';
import { personOf } from './world/people.ts';
import { drawDeliveries } from './world/random-events.ts';
import { planSchedules } from './world/live-schedules.ts';
import { registry, REPORT, REPORT_KEYS } from './world/random-flow.ts';

/** What came of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  readonly violation: Violation | null;
  readonly steps: number;
  readonly runs: number;
  readonly sends: number;
  readonly unknown: number;
  readonly crashes: number;
  readonly freezes: number;
  /** The newest lines of what happened; empty unless asked for. */
  readonly trace: readonly string[];
}

export interface SeedOptions {
  readonly bugs?: readonly Bug[];
  /** Lines of trace to keep. */
  readonly traceLines?: number;
}

const START_MS = Date.UTC(2026, 0, 5, 8);
/** A seed takes about 300 steps; one that takes this many goes round in a circle. */
const MAX_STEPS = 100_000;

/** Plays one seed from its beginning until nothing is left to do. The same seed and options always play the same. */
export async function simulateSeed(
  seed: number,
  { bugs = [], traceLines = 0 }: SeedOptions = {},
): Promise<SeedOutcome> {
  const random = createPrng(seed);
  const faults = drawFaults(random);
  const flows = drawLiveFlows(random);
  const deliveries = drawDeliveries(random, START_MS + 1_000);
  const clock = { forwardMs: 0, backMs: 0 };
  let areFaultsOn = true;
  let crashes = 0;
  let freezes = 0;

  const scheduler = createScheduler(random, START_MS, (process, label, when) => {
    if (!areFaultsOn) return;
    const draw = random.next();
    if (draw < faults.crash) crash(process, `${when} "${label}"`);
    else if (draw < faults.crash + faults.freeze) freeze(process, `${when} "${label}"`);
  });
  const { nowMs } = scheduler;
  const trace = createTrace(traceLines, nowMs);
  const judge = createJudge({ nowMs, clock });
  const store = createStore({ nowMs: () => nowMs() + clock.forwardMs - clock.backMs, judge, bugs: new Set(bugs) });
  const platform = createPlatform(random, faults.platform, (name, action, id) => {
    trace.note(() => `PLATFORM ${name}: ${action.kind} ${id} arrived`);
    judge.effectHappened(name, store, platform.effects.get(name)?.length ?? 0);
    const subject = store.outbox.get(name)?.subject;
    if (subject !== undefined && action.kind === 'message' && random.chance(platform.mood.echoes))
      echo(subject, summarise(action), id);
  });
  const world: World = {
    random,
    scheduler,
    store,
    platform,
    judge,
    trace,
    bugs: new Set(bugs),
    registry,
    flows,
    limits: faults.limits,
    hasBreaker: faults.hasBreaker,
    database: (process, label, effect) =>
      scheduler.call(
        process,
        label,
        areFaultsOn ? () => withDatabaseFaults(process, label, effect) : effect,
        databaseLatency(random),
      ),
  };
  const workers: Worker[] = [];

  function withDatabaseFaults<T>(process: Process, label: string, effect: () => T): T {
    const draw = random.next();
    if (draw < faults.database / 2) throw new DatabaseError(`"${label}" failed`);
    const value = effect();
    if (draw >= faults.database) return value;
    judge.processStruck(process);
    throw new DatabaseError(`"${label}" was committed, but the answer was lost`);
  }

  function startWorker(name: string): void {
    const worker = createWorker(world, name);
    worker.process.skewMs = faults.skewMs === 0 ? 0 : random.between(-faults.skewMs, faults.skewMs);
    workers.push(worker);
    worker.wake();
  }

  function crash(process: Process, where: string): void {
    crashes += 1;
    trace.note(() => `${process.name} DIES ${where}`);
    process.isAlive = false;
    judge.processStruck(process);
    workers.splice(
      workers.findIndex((worker) => worker.process === process),
      1,
    );
    scheduler.at(nowMs() + random.between(10, 20_000), () => startWorker(`${process.name}'`));
    for (const worker of workers) worker.plan();
  }

  function freeze(process: Process, where: string): void {
    freezes += 1;
    const forMs = random.chance(0.5) ? 2 * LEASE_MS + random.int(5_000) : random.int(2 * LEASE_MS);
    trace.note(() => `${process.name} FREEZES for ${forMs} ms ${where}`);
    process.frozenUntilMs = nowMs() + forMs;
    judge.processStruck(process);
    for (const worker of workers) worker.plan();
  }

  function ingest(event: InboundEvent): void {
    const result = store.ingest({ event });
    trace.note(() => `INGEST ${event.kind} ${event.key} of ${event.contact?.platformId ?? '?'}: ${result}`);
    if (result === 'stored') wakeAll();
  }

  /** Wake-ups are hints: they get lost, or come twice. Without one, the poll finds what is ready. */
  function wakeAll(): void {
    for (const worker of workers) {
      worker.plan();
      if (areFaultsOn && random.chance(faults.wakeLost)) continue;
      worker.wake();
      if (areFaultsOn && random.chance(faults.wakeTwice)) worker.wake();
    }
  }

  function echo(subject: string, text: string, messageId: string): void {
    const platformId = personOf(subject);
    if (platformId === null) return;
    const event = {
      kind: 'instagram/echo',
      key: `echo:${messageId}`,
      occurredAtMs: nowMs(),
      contact: { platformId },
      data: { messageId, text },
    };
    scheduler.at(nowMs() + random.int(90_000), () => ingest(event));
  }

  for (const { atMs, event } of deliveries) scheduler.at(atMs, () => ingest(event));
  const lastMs = Math.max(...deliveries.map(({ atMs }) => atMs));
  const calmAtMs = lastMs + random.between(1_000, 600_000);
  const sometime = (): number => random.between(START_MS, calmAtMs - 1);
  for (let cancel = 0; cancel < faults.cancels; cancel += 1) {
    // Mostly while something is going on.
    const atMs = random.chance(0.8) ? random.pick(deliveries).atMs + random.int(2_000) : sometime();
    scheduler.at(atMs, () => {
      if (cancelRun(world)) wakeAll();
    });
  }
  const duringWork = (): number =>
    random.chance(0.8) ? random.pick(deliveries).atMs + random.int(60_000) : sometime();
  for (let count = random.int(6); count > 0; count -= 1) {
    const atMs = duringWork();
    const name = random.pick(REPORT_KEYS);
    scheduler.at(atMs, () => {
      report(world, REPORT, name);
      wakeAll();
    });
  }
  for (let count = random.int(8); count > 0; count -= 1) {
    // Members look at what is open; now and then two at once.
    const atMs = duringWork();
    for (const byMs of random.chance(0.3) ? [0, random.int(50)] : [0])
      scheduler.at(atMs + byMs, () => {
        if (decide(world)) wakeAll();
      });
  }
  store.schedules.push(...planSchedules(flows, START_MS));
  planClockJumps(faults, (key, byMs) =>
    scheduler.at(sometime(), () => {
      trace.note(() => `CLOCK of the database: ${key} by ${byMs} ms`);
      clock[key] += byMs;
      for (const worker of workers) worker.plan();
    }),
  );
  for (let count = random.between(1, 3); count > 0; count -= 1) startWorker(`w${count}`);
  scheduler.at(calmAtMs, () => {
    trace.note(() => 'FAULTS STOP');
    areFaultsOn = false;
    platform.mood = calm(platform.mood);
    judge.faultsStopped();
    // The flows are switched off: what has begun goes on to its end.
    store.schedules.length = 0;
    for (const worker of workers) worker.plan();
  });

  const end = await scheduler.runUntilRest(MAX_STEPS, () => judge.found !== null);
  if (end === 'tooLong') judge.fail('noEnd', `something is still going on after ${MAX_STEPS} steps`);
  if (end === 'rest') judge.atRest(store, platform.effects);
  const states = [...store.outbox.values()];
  return {
    seed,
    violation: judge.found,
    steps: scheduler.steps,
    runs: store.runs.size,
    sends: states.filter(({ state }) => state === 'sent').length,
    unknown: states.filter(({ state }) => state === 'unknown').length,
    crashes,
    freezes,
    trace: trace.lines(),
  };
}

function planClockJumps(faults: FaultRates, jump: (key: 'forwardMs' | 'backMs', byMs: number) => void): void {
  for (const byMs of faults.clockBackMs) jump('backMs', byMs);
  for (const byMs of faults.clockForwardMs) jump('forwardMs', byMs);
}
