import type { Latency } from '../scheduler.ts';
import type { Prng } from '../prng.ts';

/** The same as in the server (mailbox/mailbox.ts, outbox/send-once.ts, turn/take-turn.ts); they are what the model is about. */
export const LEASE_MS = 15_000;
export const RENEW_MS = LEASE_MS / 3;
export const POLL_MS = 500;
export const SCHEDULE_MS = 1_000;
export const RECONCILE_AFTER_MS = 10_000;
export const ON_THE_WAY_MS = 5_000;
export const ASK_UNTIL_MS = 60_000;
export const ASK_AGAIN_MS = 20_000;
export const GIVE_UP_AFTER_MS = 15 * 60_000;
export const STALE_MS = 120_000;
export const MAX_CRASHES = 5;
export const MAX_EVENT_ATTEMPTS = 5;
export const EVENT_RETRY_BASE_MS = 2_000;
export const MAX_HOLD_MS = 10 * 60_000;
export const AFTER_ERROR_MS = 2_000;

/** A request reaches the platform within 4.5 s, or never: the assumption behind `RECONCILE_AFTER_MS`. */
export function platformLatency(random: Prng): Latency {
  const isSlow = random.chance(0.05);
  return { outMs: random.between(1, isSlow ? 4_500 : 150), backMs: random.between(1, isSlow ? 4_500 : 150) };
}

export function databaseLatency(random: Prng): Latency {
  const isSlow = random.chance(0.01);
  return { outMs: random.between(0, isSlow ? 4_000 : 3), backMs: random.between(0, isSlow ? 4_000 : 3) };
}
