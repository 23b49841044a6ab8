import type { Bug } from './bugs.ts';
import { simulateSeed, type SeedOutcome } from './simulate-seed.ts';

/** Sums over seeds. */
export interface Totals {
  seeds: number;
  steps: number;
  runs: number;
  sends: number;
  unknown: number;
  crashes: number;
  freezes: number;
}

export interface RangeOutcome {
  readonly totals: Totals;
  /** Seeds that broke a promise, with what they broke. */
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
}

export function noTotals(): Totals {
  return { seeds: 0, steps: 0, runs: 0, sends: 0, unknown: 0, crashes: 0, freezes: 0 };
}

export function addTotals(sum: Totals, more: Totals): void {
  for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += more[key]; // its own keys, and no others
}

/** Plays the seeds `from`, `from + 1` … of a range. @param isEnough Asked after each failure: stop here? */
export async function simulateRange(
  from: number,
  count: number,
  bugs: readonly Bug[] = [],
  isEnough: (failures: number) => boolean = () => false,
): Promise<RangeOutcome> {
  const totals = noTotals();
  const failures: { seed: number; message: string }[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const outcome = await simulateSeed(seed, { bugs });
    addTotals(totals, { ...pickTotals(outcome), seeds: 1 });
    if (outcome.violation === null) continue;
    failures.push({ seed, message: outcome.violation.message });
    if (isEnough(failures.length)) break;
  }
  return { totals, failures };
}

function pickTotals({ steps, runs, sends, unknown, crashes, freezes }: SeedOutcome): Omit<Totals, 'seeds'> {
  return { steps, runs, sends, unknown, crashes, freezes };
}
