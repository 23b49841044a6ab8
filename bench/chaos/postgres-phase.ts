import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atMost, exactly } from '../support/goal.ts';
import { clusterDirectory } from '../../server/src/postgres/cluster-directory.ts';
import { findPostmasterPidFile } from '../../server/src/postgres/postmaster-pid-file.ts';
import { LatencyHistogram } from '../support/latency-histogram.ts';
import type { Random } from '../product/random.ts';
import { deliverAlong, pause } from './deliver.ts';
import { readDiary } from './diary.ts';
import { findInterruptions, type Strike } from './open-sends.ts';
import { judgeRuns, readOutcome, untilQuiet } from './outcome.ts';
import type { Phase } from './phase.ts';
import { reportSettling, seconds } from './settle-report.ts';
import { createWorkerPool } from './worker-pool.ts';
import { createWorld, prepareRuns, type World } from './world.ts';

const WORKERS = 3;
const TURNS_AT_ONCE = 4;
/** Between the return of the database and its next death, and between death and return, ms. */
const UP_MS = { min: 1_500, max: 5_000 };
const DOWN_MS = { min: 0, max: 2_000 };
/** About what one death takes, start included. */
const CYCLE_MS = 6_000;
const QUIET_LIMIT_MS = 240_000;

/** Every process of Postgres dies at once by kill -9, and it is started again; nothing else is. */
export const postgresPhase: Phase = { name: 'postgres', title: 'kill -9 of Postgres', run: runPostgres };

async function runPostgres(context: BenchmarkContext, random: Random): Promise<BenchmarkResult> {
  const runs = context.numberOption('postgres-runs', 4_000);
  const kills = context.numberOption('postgres-kills', 50);
  const world = await createWorld(context, 'postgres');
  context.note(`Preparing ${runs} runs`);
  const webhooks = random.shuffle(await prepareRuns(world, runs));
  const pool = await createWorkerPool({ env: world.workerEnv, dir: world.dir, turnsAtOnce: TURNS_AT_ONCE });
  context.afterwards(() => pool.stop());
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => pool.start()));
  const startedMs = performance.now();
  const returns: number[] = [];
  const strikes: Strike[] = [];
  // Also while the database is away: what is then refused is sent again.
  let sinceMs = performance.now();
  const delivery = deliverAlong(
    world.server.url,
    webhooks,
    () => (returns.length + Math.min(1, (performance.now() - sinceMs) / CYCLE_MS)) / kills,
  );
  for (let kill = 1; kill <= kills; kill += 1) {
    await pause(random.between(UP_MS.min, UP_MS.max));
    const atMs = Date.now();
    await killAll(world);
    strikes.push(...workers.map((worker) => ({ worker, atMs, cause: kill })));
    await pause(random.between(DOWN_MS.min, DOWN_MS.max));
    await world.postgres.restart();
    returns.push(Date.now());
    sinceMs = performance.now();
    if (kill % Math.ceil(kills / 10) === 0) context.note(`  killed ${kill} times`);
  }
  delivery.finish();
  await delivery.done;
  await untilQuiet(context, world, QUIET_LIMIT_MS);
  const tookSeconds = Math.round((performance.now() - startedMs) / 1_000);
  const exited = workers.filter((worker) => worker.hasEnded()).length + (world.server.isRunning() ? 0 : 1);
  await pool.end();

  const outcome = await readOutcome(world);
  const verdict = judgeRuns(context, 'postgres', outcome, runs);
  const { sends, inSendWindow } = findInterruptions(strikes, pool.lives, outcome.outbox);
  const settling = reportSettling(sends);
  const accepting = untilNext(returns, delivery.acceptedAtMs);
  const working = untilNext(
    returns,
    pool.lives.flatMap(({ diaryFile }) =>
      readDiary(diaryFile).flatMap((entry) => (entry.kind === 'afterRecord' ? [entry.atMs] : [])),
    ),
  );
  const answers = [...delivery.answers].toSorted(([a], [b]) => a - b);
  context.table(
    'postgres: answers to webhooks',
    answers.map(([status, count]) => ({ answer: status === 0 ? 'none' : String(status), count })),
  );
  return {
    figures: {
      postgresRuns: runs,
      postgresKills: kills,
      postgresSeconds: tookSeconds,
      postgresKillsInSendWindow: inSendWindow,
      postgresInterruptedSends: sends.length,
      postgresUnknown: verdict.unknown.length,
      answered503: delivery.answers.get(503) ?? 0,
      acceptsAgainAfterMaxMs: Math.round(accepting.percentileMs(100)),
      worksAgainAfterP50Ms: Math.round(working.percentileMs(50)),
      worksAgainAfterMaxMs: Math.round(working.percentileMs(100)),
      postgresSettledAfterP50S: seconds(settling.fromLast, 50),
      postgresSettledAfterP95S: seconds(settling.fromLast, 95),
      postgresSettledAfterMaxS: seconds(settling.fromLast, 100),
    },
    goals: [
      ...verdict.goals,
      exactly('postgres: processes of the product that exited', exited, 0),
      exactly(
        'postgres: webhooks answered with neither 200 nor 503',
        answers.reduce((sum, [status, count]) => (status === 200 || status === 503 ? sum : sum + count), 0),
        0,
      ),
      atMost('postgres: accepts again after its return, ms (longest)', accepting.percentileMs(100), 10_000),
      atMost('postgres: works again after its return, ms (longest)', working.percentileMs(100), 10_000),
      atMost('postgres: unknown, against kills in a send window', verdict.unknown.length, inSendWindow),
      exactly('postgres: interrupted sends that were never settled', settling.never, 0),
      atMost(
        'postgres: interrupted sends settled after the last kill that hit them, s (longest)',
        seconds(settling.fromLast, 100),
        60,
      ),
    ],
  };
}

/** The postmaster and everything that it has started. */
async function killAll(world: World): Promise<void> {
  const postmaster = findPostmasterPidFile(clusterDirectory(world.postgres.dataDir).path)?.pid ?? 0;
  for (const child of childrenOf(postmaster)) {
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  await world.postgres.crash();
}

/** From /proc; elsewhere none are found, and they end by themselves when the postmaster is gone. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => parentOf(name) === pid)
      .map(Number);
  } catch {
    return [];
  }
}

function parentOf(pid: string): number | null {
  try {
    // `pid (name) state ppid ...`; the name may hold blanks.
    const fields = readFileSync(join('/proc', pid, 'stat'), 'utf8')
      .split(') ')
      .at(-1)
      ?.split(' ');
    return Number(fields?.[1]);
  } catch {
    return null;
  }
}

/** From each moment to the first event after it. A moment after which nothing was left to do does not count. */
function untilNext(moments: readonly number[], events: readonly number[]): LatencyHistogram {
  const sorted = events.toSorted((a, b) => a - b);
  const waits = new LatencyHistogram();
  for (const moment of moments) {
    const next = sorted.find((at) => at >= moment);
    if (next !== undefined) waits.record(next - moment);
  }
  return waits;
}
