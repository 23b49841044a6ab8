import type { RateLimit } from '@heddle/engine';
import type { PlatformMood } from './model/platform.ts';
import type { Prng } from './prng.ts';

/** What goes wrong in one seed. Probabilities are per call and end of it, unless said otherwise. */
export interface FaultRates {
  /** A process dies. */
  readonly crash: number;
  /** A process stops for up to twice its lease and goes on as if nothing had been. */
  readonly freeze: number;
  /** A transaction fails, with or without its effect. */
  readonly database: number;
  /** A wake-up is lost, or comes twice; per wake-up. */
  readonly wakeLost: number;
  readonly wakeTwice: number;
  /** Times that a person cancels a run. */
  readonly cancels: number;
  /** What the database's clock is set back by, at moments of the seed. */
  readonly clockBackMs: readonly number[];
  /** Steps forward; in all less than what `RECONCILE_AFTER_MS` leaves to spare. */
  readonly clockForwardMs: readonly number[];
  /** How far off the clock of a process may be, ms either way. */
  readonly skewMs: number;
  readonly platform: PlatformMood;
  /** What the platform allows of the account. */
  readonly limits: readonly RateLimit[];
  /** Whether calls that fail pause the account. */
  readonly hasBreaker: boolean;
}

/** Some seeds are calm, most have one or two kinds of trouble, some have everything. */
export function drawFaults(random: Prng): FaultRates {
  const sometimes = (probability: number, rate: number): number =>
    random.chance(probability) ? rate * random.next() : 0;
  return {
    crash: sometimes(0.7, 0.04),
    freeze: sometimes(0.4, 0.02),
    database: sometimes(0.3, 0.04),
    wakeLost: sometimes(0.5, 0.8),
    wakeTwice: sometimes(0.5, 0.8),
    cancels: random.chance(0.4) ? random.between(1, 5) : 0,
    clockBackMs: random.chance(0.1) ? [random.int(3_600_000)] : [],
    clockForwardMs: random.chance(0.2) ? [random.int(1_000), random.int(1_000)] : [],
    skewMs: random.chance(0.5) ? random.pick([2_000, 60_000, 3_600_000, 86_400_000]) : 0,
    platform: {
      refusedForNow: sometimes(0.5, 0.3),
      refusedForGood: sometimes(0.3, 0.2),
      lostBefore: sometimes(0.4, 0.2),
      lostAfter: sometimes(0.4, 0.2),
      canBeAsked: random.chance(0.8),
      echoes: sometimes(0.5, 1),
    },
    limits: random.chance(0.3) ? [{ bucket: 'calls', amount: random.between(3, 8), perMs: 600_000 }] : [],
    hasBreaker: random.chance(0.3),
  };
}
