import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atMost, exactly } from '../support/goal.ts';
import type { Random } from '../product/random.ts';
import { deliverAlong, pause } from './deliver.ts';
import { findInterruptions, type Strike } from './open-sends.ts';
import { countBy, judgeRuns, readOutcome, untilQuiet } from './outcome.ts';
import type { Phase } from './phase.ts';
import { reportSettling, seconds } from './settle-report.ts';
import { FAULT_POINTS, type FaultPoint } from './worker-order.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';
import { createWorld, prepareRuns } from './world.ts';

/** Workers at a time. */
const WORKERS = 3;
/** Fewer than those of the product: what is lost track of in one death grows with them, and 1,000 deaths share 10,000 runs. */
const TURNS_AT_ONCE = 2;
/** Who does not die any more may take more. */
const TURNS_OF_SURVIVORS = 16;
/** A worker dies within this time after it began to take turns, ms. */
const LIFE_MS = { min: 100, max: 2_500 };
/** At the n-th time that it comes to the point. */
const MAX_PASS = 25;
/** A worker that does not come to its point (nothing to do) dies anyway. */
const POINT_LIMIT_MS = 8_000;
const QUIET_LIMIT_MS = 420_000;

type Plan =
  | { readonly kind: 'random'; readonly afterMs: number }
  | { readonly kind: 'point'; readonly point: FaultPoint; readonly pass: number };

/** Worker processes die by kill -9, half of them at random, half at named points of a send. */
export const workersPhase: Phase = {
  name: 'workers',
  title: 'kill -9 of workers',
  run: runWorkers,
};

async function runWorkers(context: BenchmarkContext, random: Random): Promise<BenchmarkResult> {
  const runs = context.numberOption('runs', 10_000);
  const kills = context.numberOption('kills', 1_000);
  const world = await createWorld(context, 'workers');
  context.note(`Preparing ${runs} runs`);
  const webhooks = random.shuffle(await prepareRuns(world, runs));
  const pool = await createWorkerPool({
    env: world.workerEnv,
    dir: world.dir,
    turnsAtOnce: context.numberOption('turns', TURNS_AT_ONCE),
  });
  context.afterwards(() => pool.stop());
  context.note(`Delivering, while workers are killed ${kills} times`);
  const startedMs = performance.now();
  const struck: { strikes: Strike[]; points: string[] } = { strikes: [], points: [] };
  const delivery = deliverAlong(world.server.url, webhooks, () => struck.strikes.length / kills);
  const plans = random.shuffle(Array.from({ length: kills }, (_, index) => plan(index, random)));
  await Promise.all(Array.from({ length: WORKERS }, () => killOneAfterTheOther(context, pool, plans, struck, kills)));
  delivery.finish();
  await delivery.done;
  context.note('Survivors finish the work');
  await Promise.all(Array.from({ length: WORKERS }, () => pool.start(undefined, TURNS_OF_SURVIVORS)));
  await untilQuiet(context, world, QUIET_LIMIT_MS);
  const tookSeconds = Math.round((performance.now() - startedMs) / 1_000);
  await pool.end();

  const outcome = await readOutcome(world);
  const verdict = judgeRuns(context, 'workers', outcome, runs);
  const { sends, inSendWindow } = findInterruptions(struck.strikes, pool.lives, outcome.outbox);
  const settling = reportSettling(sends);
  const unknownIds = new Set(verdict.unknown.map(({ id }) => id));
  const places = new Map(struck.strikes.map(({ worker }, index) => [worker, struck.points[index] ?? '']));
  const interrupted = countBy(sends.map(({ worker }) => places.get(worker) ?? ''));
  const unknown = countBy(sends.filter(({ id }) => unknownIds.has(id)).map(({ worker }) => places.get(worker) ?? ''));
  context.table(
    'workers: deaths',
    [...countBy(struck.points)].map(([where, deaths]) => ({
      where,
      deaths,
      'open sends': interrupted.get(where) ?? 0,
      unknown: unknown.get(where) ?? 0,
    })),
  );
  return {
    figures: {
      runs,
      kills,
      seconds: tookSeconds,
      killsInSendWindow: inSendWindow,
      interruptedSends: sends.length,
      unknown: verdict.unknown.length,
      unknownButArrived: verdict.unknownButArrived,
      settledAfterP50S: seconds(settling.fromFirst, 50),
      settledAfterP95S: seconds(settling.fromFirst, 95),
      settledAfterMaxS: seconds(settling.fromFirst, 100),
      settledAfterLastKillMaxS: seconds(settling.fromLast, 100),
    },
    goals: [
      ...verdict.goals,
      atMost('workers: unknown, against kills in a send window', verdict.unknown.length, inSendWindow),
      exactly('workers: interrupted sends that were never settled', settling.never, 0),
      atMost(
        'workers: interrupted sends settled after the last kill that hit them, s (longest)',
        seconds(settling.fromLast, 100),
        60,
      ),
    ],
  };
}

/** Every other death is at a named point, each point as often as every other. */
function plan(index: number, random: Random): Plan {
  if (index % 2 === 0) return { kind: 'random', afterMs: random.between(LIFE_MS.min, LIFE_MS.max) };
  const point = FAULT_POINTS[((index - 1) / 2) % FAULT_POINTS.length] ?? 'beforeClaim';
  return { kind: 'point', point, pass: random.between(1, MAX_PASS) };
}

async function killOneAfterTheOther(
  context: BenchmarkContext,
  pool: WorkerPool,
  plans: Plan[],
  struck: { strikes: Strike[]; points: string[] },
  kills: number,
): Promise<void> {
  for (let next = plans.pop(); next !== undefined; next = plans.pop()) {
    const worker = await pool.start(
      next.kind === 'point' ? { point: next.point, pass: next.pass, signal: 'SIGKILL' } : undefined,
    );
    await Promise.race([worker.ended, pause(next.kind === 'random' ? next.afterMs : POINT_LIMIT_MS)]);
    const diedThere = worker.hasEnded();
    const atMs = Date.now();
    if (!diedThere) worker.signal('SIGKILL');
    await worker.ended;
    struck.strikes.push({ worker, atMs });
    struck.points.push(
      next.kind === 'point' ? (diedThere ? next.point : 'point not reached, so at random') : 'at random',
    );
    if (struck.strikes.length % Math.ceil(kills / 10) === 0) context.note(`  killed ${struck.strikes.length} times`);
  }
}
