import { FlowError, type InboundEvent, type JsonValue } from '@heddle/schemas';
import type pg from 'pg';
import { newId, type Database } from '../../../server/src/database/index.ts';
import { createLog } from '../../../server/src/log/index.ts';
import { cancelRun } from '../../../server/src/runs/cancel-run.ts';
import { summarise } from '../../../server/src/runtime/outbox/describe-action.ts';
import { createRuntimeMetrics } from '../../../server/src/runtime/metrics.ts';
import { createRuntime, type Runtime } from '../../../server/src/runtime/runtime.ts';
import { drawFaults } from '../faults.ts';
import { databaseLatency, LEASE_MS, POLL_MS } from '../host/protocol.ts';
import { calm, createPlatform } from '../model/platform.ts';
import { createPrng } from '../prng.ts';
import type { SeedOptions, SeedOutcome } from '../simulate-seed.ts';
import { createTrace } from '../trace.ts';
import { Violation } from '../violation.ts';
import { drawLiveFlows } from '../world/live-flows.ts';
import { drawDeliveries } from '../world/random-events.ts';
import { registry, REPORT, REPORT_KEYS } from '../world/random-flow.ts';
import { createAgenda } from './agenda.ts';
import { checkAtRest, watchTables, type Rest } from './check-tables.ts';
import { fixChance } from './fixed-chance.ts';
import { createGate, type GateCall, type Instance } from './gate.ts';
import { gateDatabase } from './gated-database.ts';
import { plantIn } from './planted.ts';
import { nameOf, openPlatform } from './real-platform.ts';
import { createInstance, createWorkspace, nextDueAtMs, publishFlows, stopSchedules } from './real-world.ts';
import { decideOpen } from './decide-open.ts';

const START_MS = Date.UTC(2026, 10, 5, 8);
/** A seed takes about 200 calls; one that takes this many goes round in a circle. */
const MAX_STEPS = 6_000;
/** A request that has waited this long is let through before any other: it reaches the platform within 4.5 s or never. */
const PLATFORM_PATIENCE_MS = 1_500;

const BURST_MS = 120_000;

interface Process extends Instance {
  readonly runtime: Runtime;
  /** Answers that came and are read together with the next one: so turns meet, and share what is written together. */
  readonly held: (() => void)[];
  isBusy: boolean;
}

/**
 * Plays one seed over the real runtime and a real Postgres: several runtimes in this process on one virtual clock, whose calls to the database
 * and to the platform are let through one at a time, in an order, with delays and with faults that the seed decides.
 */
export async function simulateOnPostgres(
  { database, owner }: { readonly database: Database; readonly owner: pg.Pool },
  seed: number,
  { traceLines = 0, bugs = [] }: SeedOptions = {},
): Promise<SeedOutcome> {
  const random = createPrng(seed);
  const faults = drawFaults(random);
  const flows = drawLiveFlows(random);
  const deliveries = drawDeliveries(random, START_MS + 1_000);
  const jumps = { forwardMs: 0, backMs: 0 };
  let trueMs = START_MS;
  let areFaultsOn = true;
  let steps = 0;
  let crashes = 0;
  let freezes = 0;
  let found: Violation | null = null;
  const fail = (rule: string, message: string): void => {
    found ??= new Violation(rule, message);
  };
  fixChance(seed, () => trueMs - START_MS);

  const clock = { nowMs: (): number => trueMs + jumps.forwardMs - jumps.backMs };
  const trace = createTrace(traceLines, () => trueMs);
  const agenda = createAgenda();
  const gate = createGate(() => trueMs);
  const unclear = new Set<string>();
  const acceptedKeys = new Set<string>();
  const storedAs = new Map<string, number>();
  const loadedAt = new Map<string, number>();
  const processes: Process[] = [];

  const model = createPlatform(random, faults.platform, (name, action, id) => {
    trace.note(() => `PLATFORM ${id} arrived: ${name}`);
    const to = 'to' in action ? action.to : null;
    if ((model.effects.get(name)?.length ?? 0) > 1) fail('sentTwice', `${name} arrived twice`);
    if (to !== null && to !== '' && random.chance(model.mood.echoes)) echo(to, summarise(action), id);
  });

  const workspace = await createWorkspace(owner);
  const plant = plantIn(owner, workspace.id, bugs);
  const createFor = (instance: Instance, door: Database): Runtime =>
    createRuntime({
      database: door,
      registry,
      ...openPlatform(model, gate, instance, {
        connectionId: workspace.connectionId,
        limits: faults.limits,
        nowMs: clock.nowMs,
        chance: () => random.chance(model.mood.refusedForNow),
      }),
      live: { publish: () => undefined },
      log: createLog({ level: 'silent', isPretty: false }),
      ai: { answer: () => Promise.reject(new FlowError('AI_NOT_CONFIGURED', 'No AI in the simulation.')) },
      clock,
      metrics: createRuntimeMetrics(),
      concurrency: 3,
      // The gate decides the order, not a timer.
      paceMs: 0,
    });
  // What takes events in is not what is tried here: it never dies.
  const edge = createFor(createInstance('edge'), database);
  const flowIds = await publishFlows(owner, database, edge, workspace, flows);
  const watch = watchTables(
    owner,
    workspace,
    flows,
    flowIds,
    (id) => storedAs.get(id) ?? Number.POSITIVE_INFINITY,
    fail,
  );

  function startProcess(name: string): void {
    const instance = createInstance(name);
    const runtime = createFor(instance, gateDatabase(database, gate, instance));
    processes.push(Object.assign(instance, { runtime, held: [], isBusy: false }));
    trace.note(() => `${name} STARTS`);
  }

  /** Lets a process look for work. Hints get lost; the poll does not. */
  function look(entry: Process): void {
    if (entry.isBusy || !entry.isAlive || entry.frozenUntilMs > trueMs) return;
    entry.isBusy = true;
    entry.runtime
      .runUntilIdle()
      .catch((error: unknown) => trace.note(() => `${entry.name} fails to look: ${String(error)}`))
      .finally(() => (entry.isBusy = false));
  }

  async function noteOpenSends(): Promise<void> {
    const { rows } = await owner.query<{ action: JsonValue }>(
      `select action from heddle.outbox where workspace_id = $1 and state = 'sending'`,
      [workspace.id],
    );
    for (const { action } of rows) unclear.add(nameOf(action));
  }

  /** @returns Whether the process is hindered: dead, or frozen. */
  function strike(entry: Process, where: string): boolean {
    if (!areFaultsOn) return false;
    const draw = random.next();
    if (draw < faults.crash) {
      crashes += 1;
      entry.isAlive = false;
      processes.splice(processes.indexOf(entry), 1);
      for (let at = gate.waiting.length - 1; at >= 0; at -= 1)
        if (gate.waiting[at]?.instance === entry) gate.waiting.splice(at, 1);
      trace.note(() => `${entry.name} DIES ${where}`);
      agenda.at(trueMs + random.between(10, 20_000), () => startProcess(`${entry.name}'`));
      return true;
    }
    if (draw >= faults.crash + faults.freeze) return false;
    freezes += 1;
    const forMs = random.chance(0.5) ? 2 * LEASE_MS + random.int(5_000) : random.int(2 * LEASE_MS);
    entry.frozenUntilMs = trueMs + forMs;
    trace.note(() => `${entry.name} FREEZES for ${forMs} ms ${where}`);
    return true;
  }

  async function letThrough(call: GateCall): Promise<void> {
    const entry = processes.find((candidate) => candidate === call.instance);
    if (entry === undefined) return;
    const { outMs, backMs } = databaseLatency(random);
    trueMs += outMs;
    let isStruck = strike(entry, `before "${call.label}"`);
    if (!entry.isAlive && !random.chance(0.5)) return noteOpenSends();
    if (isStruck && entry.isAlive && call.kind === 'database') {
      // It stopped before it could ask; it asks when it goes on.
      gate.waiting.push(call);
      return noteOpenSends();
    }
    const isDatabaseDown = areFaultsOn && call.kind === 'database' && random.chance(faults.database);
    const isBefore = isDatabaseDown && random.chance(0.5);
    let settle = (): void =>
      call.reject(Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' }));
    if (!isBefore) {
      try {
        const answer = await call.run();
        if (!isDatabaseDown) settle = () => call.resolve(answer);
      } catch (error) {
        settle = () => call.reject(error);
        if (call.kind === 'platform') await noteOpenSends();
      }
    }
    trace.note(() => `${entry.name} ${call.label}${isDatabaseDown ? ' FAILS' : ''}`);
    for (const subject of call.subjects) loadedAt.set(`${entry.name} ${subject}`, storedAs.size);
    trueMs += backMs;
    if (entry.isAlive && !isStruck) isStruck = strike(entry, `after "${call.label}"`);
    if (isStruck || isDatabaseDown) await noteOpenSends();
    if (isStruck) await plant('strike');
    if (call.label === 'heddle-checkpoint') await plant('checkpoint');
    if (call.label === 'heddle-checkpoint')
      await watch.afterCheckpoint((subject) => loadedAt.get(`${entry.name} ${subject}`) ?? 0);
    if (!entry.isAlive) return;
    const isFrozen = entry.frozenUntilMs > trueMs;
    if (!isFrozen && random.chance(togetherness) && gate.waiting.some(({ instance }) => instance === entry)) {
      entry.held.push(settle);
      return;
    }
    const answers = [...entry.held.splice(0), settle];
    const read = (): void => {
      if (entry.isAlive) for (const answer of answers) answer();
    };
    if (isFrozen) agenda.at(entry.frozenUntilMs + random.int(20), read);
    else read();
  }

  async function step(): Promise<boolean> {
    // A request to the platform has left the process: it arrives although the process has stopped since.
    const free = gate.waiting.filter(({ kind, instance }) => kind === 'platform' || instance.frozenUntilMs <= trueMs);
    if (free.length === 0) return false;
    const urgent = free.find(({ kind, askedAtMs }) => kind === 'platform' && askedAtMs < trueMs - PLATFORM_PATIENCE_MS);
    const call = urgent ?? random.pick(free);
    gate.waiting.splice(gate.waiting.indexOf(call), 1);
    steps += 1;
    await letThrough(call);
    return true;
  }

  async function accept(event: InboundEvent): Promise<void> {
    const [id] = await edge.ingest.accept(workspace.id, [
      { event, platform: 'instagram', connectionId: workspace.connectionId },
    ]);
    acceptedKeys.add(event.key);
    await plant('ingest');
    if (id !== null && id !== undefined) storedAs.set(id, storedAs.size);
    trace.note(() => `INGEST ${event.kind} ${event.key} of ${event.contact?.platformId ?? '?'}: ${id ?? 'duplicate'}`);
    hint();
  }

  function hint(): void {
    for (const entry of processes) if (!areFaultsOn || !random.chance(faults.wakeLost)) look(entry);
  }

  function echo(platformId: string, text: string, messageId: string): void {
    agenda.at(trueMs + random.int(90_000), () =>
      accept({
        kind: 'instagram/echo',
        key: `echo:${messageId}`,
        occurredAtMs: trueMs,
        contact: { platformId },
        data: { messageId, text },
      }),
    );
  }

  async function cancelOne(): Promise<void> {
    const { rows } = await owner.query<{ id: string }>(
      `select id from heddle.run where workspace_id = $1 and status in ('running', 'waiting') order by id`,
      [workspace.id],
    );
    if (rows.length === 0) return;
    const { id } = random.pick(rows);
    trace.note(() => `A person cancels ${id}`);
    await noteOpenSends();
    await database.withWorkspace(workspace.id, (tx) => cancelRun(tx, workspace.id, id, clock.nowMs()));
    hint();
  }

  async function report(key: string): Promise<void> {
    trace.note(() => `REPORT ${REPORT} ${key}`);
    const at = new Date(clock.nowMs());
    await database.pool.query(`select heddle.report_event($1, $2, $3, $4, '{}'::jsonb, $5)`, [
      workspace.id,
      newId(),
      REPORT,
      key,
      at,
    ]);
    hint();
  }

  async function decide(): Promise<void> {
    const said = await decideOpen(owner, edge, workspace.id, random, clock.nowMs());
    if (said !== null) trace.note(() => said);
    hint();
  }

  // In bursts, so that turns of several people are taken, and written, together.
  const gridMs = random.chance(0.6) ? BURST_MS : 1;
  const togetherness = random.pick([0, 0.5, 0.95]);
  for (const { atMs, event } of deliveries) agenda.at(Math.ceil(atMs / gridMs) * gridMs, () => accept(event));
  const lastMs = Math.max(...deliveries.map(({ atMs }) => atMs)) + gridMs;
  const calmAtMs = lastMs + random.between(1_000, 600_000);
  const sometime = (): number => random.between(START_MS, calmAtMs - 1);
  const duringWork = (): number =>
    random.chance(0.8) ? random.pick(deliveries).atMs + random.int(60_000) : sometime();
  for (let count = faults.cancels; count > 0; count -= 1) agenda.at(duringWork(), cancelOne);
  for (let count = random.int(6); count > 0; count -= 1) {
    const key = random.pick(REPORT_KEYS);
    agenda.at(duringWork(), () => report(key));
  }
  for (let count = random.int(8); count > 0; count -= 1) {
    const atMs = duringWork();
    for (const byMs of random.chance(0.3) ? [0, random.int(50)] : [0]) agenda.at(atMs + byMs, decide);
  }
  for (const key of ['forwardMs', 'backMs'] as const)
    for (const byMs of key === 'backMs' ? faults.clockBackMs : faults.clockForwardMs)
      agenda.at(sometime(), () => {
        trace.note(() => `CLOCK of the database: ${key} by ${byMs} ms`);
        jumps[key] += byMs;
      });
  for (let count = random.between(1, 3); count > 0; count -= 1) startProcess(`w${count}`);
  agenda.at(calmAtMs, async () => {
    trace.note(() => 'FAULTS STOP');
    areFaultsOn = false;
    model.mood = calm(model.mood);
    await stopSchedules(owner, workspace);
  });

  const isOver = (): boolean => found !== null || steps >= MAX_STEPS;
  while (!isOver()) {
    await gate.quiet();
    const due = agenda.takeDue(trueMs);
    if (due !== null) await due();
    else if (!(await step())) {
      if (!(await moveOn())) break;
    }
  }
  /** Nobody has anything to do at this moment. @returns False when nobody ever will. */
  async function moveOn(): Promise<boolean> {
    steps += 1;
    const dueDbMs = await nextDueAtMs(owner, workspace);
    const dueMs = dueDbMs === null ? null : dueDbMs - jumps.forwardMs + jumps.backMs + random.int(POLL_MS);
    const times = [agenda.nextAtMs(), dueMs, ...gate.waiting.map(({ instance }) => instance.frozenUntilMs)];
    const known = times.filter((atMs): atMs is number => atMs !== null);
    if (known.length === 0) return false;
    trueMs = Math.max(trueMs + random.between(1, POLL_MS), Math.min(...known));
    if (dueMs !== null && dueMs <= trueMs) for (const entry of processes) look(entry);
    return true;
  }

  let rest: Rest = { runs: 0, sends: 0, unknown: 0 };
  if (found === null && steps >= MAX_STEPS) fail('noEnd', `something is still going on after ${MAX_STEPS} steps`);
  else if (found === null)
    rest = await checkAtRest(owner, workspace, { acceptedKeys, unclear, effects: model.effects }, fail);
  return { seed, violation: found, steps, ...rest, crashes, freezes, trace: trace.lines() };
}
