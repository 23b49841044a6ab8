import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atLeast, exactly } from './support/goal.ts';
import { BUGS, isBug, type Bug } from './simulation/bugs.ts';
import { playOnPostgres } from './simulation/postgres/play-on-postgres.ts';
import { simulateInThreads } from './simulation/simulate-in-threads.ts';
import { simulateSeed } from './simulation/simulate-seed.ts';

export const name = 'simulate';
export const method =
  'Random flows, events and faults (crash and freeze at any await, failing database and platform, lost and doubled wake-ups, clock jumps) ' +
  'from one seed, over the real interpreter and a model of the store and of the worker (bench/simulation/README.md). Virtual time. ' +
  '--seeds N plays N seeds from --from F (1); --seed S plays one and prints its last --lines L steps (200); --bug NAME plants a bug. ' +
  '--postgres plays them over the real runtime and a Postgres of its own, one call at a time.';

/** The machines that this is for have two cores. */
const THREADS = 2;

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const bugs = bugsOf(context.args);
  const seed = context.numberOption('seed', Number.NaN);
  if (context.args.includes('--postgres')) return playOverPostgres(context, seed, bugs);
  return Number.isNaN(seed) ? playMany(context, bugs) : playOne(context, seed, bugs);
}

async function playOverPostgres(
  context: BenchmarkContext,
  seed: number,
  bugs: readonly Bug[],
): Promise<BenchmarkResult> {
  const isOne = !Number.isNaN(seed);
  const count = isOne ? 1 : context.numberOption('seeds', 300);
  const startedAt = performance.now();
  const { totals, failures, trace } = await playOnPostgres({
    from: isOne ? seed : context.numberOption('from', 1),
    count,
    threads: THREADS,
    traceLines: context.numberOption('lines', 200),
    bugs,
    note: context.note,
  });
  for (const line of trace) context.note(line);
  for (const failure of failures)
    context.note(
      `Seed ${failure.seed} broke a promise. ${failure.message}\nPlay it again: npm run simulate -- --postgres --seed ${failure.seed}`,
    );
  const figures = {
    ...totals,
    seconds: round((performance.now() - startedAt) / 1000),
    failedSeeds: failures.length,
  };
  return {
    figures,
    goals: [exactly('seeds that broke a promise', failures.length, 0), atLeast('seeds played', totals.seeds, count)],
  };
}

async function playMany(context: BenchmarkContext, bugs: readonly Bug[]): Promise<BenchmarkResult> {
  const count = context.numberOption('seeds', 10_000);
  const startedAt = performance.now();
  const { totals, failures } = await simulateInThreads({
    from: context.numberOption('from', 1),
    count,
    threads: THREADS,
    bugs,
    note: context.note,
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const [first] = failures;
  if (first !== undefined) {
    context.note(`Seed ${first.seed} broke a promise. ${first.message}`);
    context.note(
      `Play it again: npm run simulate -- --seed ${first.seed}${bugs.map((bug) => ` --bug ${bug}`).join('')}`,
    );
  }
  const figures = {
    ...totals,
    seconds: round(seconds),
    seedsPerSecond: round(totals.seeds / seconds),
    failedSeeds: failures.length,
  };
  return {
    figures,
    goals: [exactly('seeds that broke a promise', failures.length, 0), atLeast('seeds played', totals.seeds, count)],
  };
}

async function playOne(context: BenchmarkContext, seed: number, bugs: readonly Bug[]): Promise<BenchmarkResult> {
  const startedAt = performance.now();
  const outcome = await simulateSeed(seed, { bugs, traceLines: context.numberOption('lines', 200) });
  for (const line of outcome.trace) context.note(line);
  context.note(
    outcome.violation === null
      ? `Seed ${seed} kept every promise.`
      : `Seed ${seed} broke a promise. ${outcome.violation.message}`,
  );
  const { steps, runs, sends, unknown, crashes, freezes } = outcome;
  const failed = outcome.violation === null ? 0 : 1;
  const figures = {
    seeds: 1,
    steps,
    runs,
    sends,
    unknown,
    crashes,
    freezes,
    seconds: round((performance.now() - startedAt) / 1000),
    failedSeeds: failed,
  };
  return { figures, goals: [exactly('seeds that broke a promise', failed, 0)] };
}

function bugsOf(args: readonly string[]): Bug[] {
  return args.flatMap((arg, at) => {
    if (arg !== '--bug') return [];
    const bug = args[at + 1] ?? '';
    if (!isBug(bug))
      throw new Error(`There is no bug "${bug}" to plant. Choose one of: ${Object.keys(BUGS).join(', ')}.`);
    return [bug];
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
