import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atLeast, atMost, exactly } from '../support/goal.ts';
import type { Random } from '../product/random.ts';
import { LEASE_MS } from '../../server/src/runtime/mailbox/mailbox.ts';
import { deliverAlong, pause } from './deliver.ts';
import { readDiary } from './diary.ts';
import { watchLeases } from './lease-watch.ts';
import { findInterruptions, type Strike } from './open-sends.ts';
import { countBy, judgeRuns, readOutcome, untilQuiet } from './outcome.ts';
import type { Phase } from './phase.ts';
import { reportSettling, seconds } from './settle-report.ts';
import { FAULT_POINTS } from './worker-order.ts';
import { createWorkerPool, type Worker, type WorkerPool } from './worker-pool.ts';
import { createWorld, prepareRuns } from './world.ts';

/** Frozen at the same time, while the others go on: the lease is that of the product, so one freeze takes half a minute. */
const FROZEN_AT_ONCE = 20;
const GOING_ON = 2;
const TURNS_AT_ONCE = 4;
const MAX_PASS = 15;
const FREEZE_MS = 2 * LEASE_MS;
/** A worker that does not come to its point in this time is frozen where it is. */
const POINT_LIMIT_MS = 4_000;
/** A thawed worker goes on for so long before it is told to end. */
const THAWED_MS = 1_500;
const QUIET_LIMIT_MS = 240_000;

/** Worker processes are stopped for twice their lease, then continued: others have taken over, and they must notice. */
export const freezesPhase: Phase = { name: 'freezes', title: 'frozen workers', run: runFreezes };

interface Frozen {
  readonly strikes: Strike[];
  readonly places: string[];
}

async function runFreezes(context: BenchmarkContext, random: Random): Promise<BenchmarkResult> {
  const runs = context.numberOption('freeze-runs', 3_000);
  const freezes = context.numberOption('freezes', 200);
  const world = await createWorld(context, 'freezes');
  context.note(`Preparing ${runs} runs`);
  const webhooks = random.shuffle(await prepareRuns(world, runs));
  const pool = await createWorkerPool({ env: world.workerEnv, dir: world.dir, turnsAtOnce: TURNS_AT_ONCE });
  context.afterwards(() => pool.stop());
  const startedMs = performance.now();
  const frozen: Frozen = { strikes: [], places: [] };
  const delivery = deliverAlong(world.server.url, webhooks, () => frozen.strikes.length / freezes);
  for (let index = 0; index < GOING_ON; index += 1) await pool.start();
  while (frozen.strikes.length < freezes) {
    const count = Math.min(FROZEN_AT_ONCE, freezes - frozen.strikes.length);
    await freezeTogether(pool, count, random, frozen);
    context.note(`  frozen ${frozen.strikes.length} times`);
  }
  delivery.finish();
  await delivery.done;
  await untilQuiet(context, world, QUIET_LIMIT_MS);
  const tookSeconds = Math.round((performance.now() - startedMs) / 1_000);
  await pool.end();

  const outcome = await readOutcome(world);
  const verdict = judgeRuns(context, 'freezes', outcome, runs);
  const leases = watchLeases(pool.lives, outcome.ledger);
  const { sends, inSendWindow } = findInterruptions(frozen.strikes, pool.lives, outcome.outbox);
  const settling = reportSettling(sends);
  context.table(
    'freezes: where',
    [...countBy(frozen.places)].map(([where, count]) => ({ where, count })),
  );
  return {
    figures: {
      freezeRuns: runs,
      freezes,
      freezeSeconds: tookSeconds,
      freezesInSendWindow: inSendWindow,
      freezeInterruptedSends: sends.length,
      freezeUnknown: verdict.unknown.length,
      writesRefusedByFence: leases.refused,
      freezeSettledAfterP50S: seconds(settling.fromFirst, 50),
      freezeSettledAfterP95S: seconds(settling.fromFirst, 95),
      freezeSettledAfterMaxS: seconds(settling.fromFirst, 100),
      freezeSettledAfterLastFreezeMaxS: seconds(settling.fromLast, 100),
    },
    goals: [
      ...verdict.goals,
      atLeast('freezes: writes that the fence refused (else nothing was tried)', leases.refused, 1),
      exactly('freezes: writes accepted with an old fence', leases.writtenWithOldFence, 0),
      exactly('freezes: sends after the lease was lost', leases.sentAfterLoss, 0),
      atMost('freezes: unknown, against freezes in a send window', verdict.unknown.length, inSendWindow),
      exactly('freezes: interrupted sends that were never settled', settling.never, 0),
      atMost(
        'freezes: interrupted sends settled after the last freeze that hit them, s (longest)',
        seconds(settling.fromLast, 100),
        60,
      ),
    ],
  };
}

/** Starts workers, freezes them one by one, half at named points, and continues each after twice the lease. */
async function freezeTogether(pool: WorkerPool, count: number, random: Random, frozen: Frozen): Promise<void> {
  const orders = Array.from({ length: count }, (_, index) => {
    const number = frozen.strikes.length + index;
    if (number % 2 === 0) return { fault: undefined, afterMs: random.between(200, POINT_LIMIT_MS) };
    const point = FAULT_POINTS[((number - 1) / 2) % FAULT_POINTS.length] ?? 'beforeClaim';
    const fault = { point, pass: random.between(1, MAX_PASS), signal: 'SIGSTOP' as const };
    return { fault, afterMs: POINT_LIMIT_MS };
  });
  // Two at a time, for they start on a machine with few processors.
  const thawing: Promise<void>[] = [];
  const start = async (): Promise<void> => {
    for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
      const worker = await pool.start(order.fault);
      thawing.push(freeze(worker, order.afterMs, order.fault?.point ?? 'at random', frozen));
    }
  };
  await Promise.all([start(), start()]);
  await Promise.all(thawing);
}

async function freeze(worker: Worker, afterMs: number, place: string, frozen: Frozen): Promise<void> {
  const endMs = performance.now() + afterMs;
  const froze = (): boolean => readDiary(worker.diaryFile).some(({ kind }) => kind === 'fault');
  while (performance.now() < endMs && !froze()) await pause(100);
  worker.signal('SIGSTOP');
  frozen.strikes.push({ worker, atMs: Date.now() });
  frozen.places.push(place === 'at random' || froze() ? place : 'point not reached, so at random');
  await pause(FREEZE_MS);
  worker.signal('SIGCONT');
  await pause(THAWED_MS);
  // In good order: what it does from here on is no accident.
  worker.signal('SIGTERM');
  while (!worker.hasEnded()) {
    // It may have come to its point only now.
    worker.signal('SIGCONT');
    await Promise.race([worker.ended, pause(500)]);
  }
}
