import { measureOutage } from './outages/postgres-outage.ts';
import { measureFullDisk } from './outages/full-disk.ts';
import { measureHeldSnapshot } from './outages/held-snapshot.ts';
import { measurePoison } from './outages/poison.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';

export const name = 'outages';
export const method =
  'The whole product in a process of its own, with the Instagram sandbox in another and a private Postgres with production durability. ' +
  'outage: 100 comments a second while Postgres is shut down for 30 s, killed for 30 s, and killed ten times for 0 to 2 s; what is not ' +
  'answered with 200 is delivered again. poison: comments that make a template throw, run on, grow, or go in circles, and one that kills the ' +
  'worker (of two) that takes it, beside neighbours at 20 a second. ' +
  'snapshot: a REPEATABLE READ transaction stays open for 10 minutes at 200 comments a second (`--rate`, `--held-seconds`). disk: ' +
  'Postgres on a volume of 512 MB that is filled to the last byte for 30 s under 40 comments and a post a second (root only). ' +
  '`--only outage` runs one phase, `--seed S` repeats its moments. Everything shares this machine.';

const PHASES: Readonly<Record<string, (context: BenchmarkContext) => Promise<BenchmarkResult>>> = {
  outage: measureOutage,
  poison: measurePoison,
  snapshot: measureHeldSnapshot,
  disk: measureFullDisk,
};

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const figures: Record<string, number> = {};
  const goals: BenchmarkResult['goals'][number][] = [];
  for (const phase of chosenPhases(context.args)) {
    context.note(`Phase ${phase}`);
    const result = await PHASES[phase]?.(context);
    Object.assign(figures, result?.figures);
    goals.push(...(result?.goals ?? []));
  }
  return { figures, goals };
}

/** All of them, or those of `--only a,b`. @throws Error that lists the phases. */
function chosenPhases(args: readonly string[]): string[] {
  const given =
    args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length) ?? args[args.indexOf('--only') + 1];
  if (!args.some((arg) => arg.startsWith('--only'))) return Object.keys(PHASES);
  const names = (given ?? '').split(',');
  const unknown = names.filter((phase) => !Object.hasOwn(PHASES, phase));
  if (unknown.length === 0) return names;
  throw new Error(`There is no phase "${unknown.join(', ')}"; choose of ${Object.keys(PHASES).join(', ')}.`);
}
