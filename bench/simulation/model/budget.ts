import type { RateLimit } from '@heddle/engine';
import { nextBreaker, CLOSED } from '../../../server/src/runtime/gateway/breaker-state.ts';
import { bucketOf } from '../../../server/src/runtime/gateway/budget.ts';
import type { World } from '../host/world.ts';
import type { Process } from '../scheduler.ts';
import type { BudgetRow } from './tables.ts';

/** Each outcome counts as this many of the server's, since a seed makes few calls: three failures open the breaker. */
const OUTCOME_WEIGHT = 7;
const PROBE_MS = 30_000;
const ASK_AGAIN_MS = 2_000;

/**
 * Takes one call out of the limits, unless the breaker or a limit says no. As the first part of `heddle.write_checkpoints`.
 *
 * @param atMs What time it is for the process that writes.
 * @param guard Throws when the rest of the transaction would fail; then nothing is drawn.
 * @returns When to come back, or null: it was drawn.
 */
export function drawBudget(
  world: World,
  process: Process,
  atMs: number,
  guard: () => void,
): { bucket: string; atMs: number } | null {
  const { store, bugs, judge, limits } = world;
  const { breaker } = store;
  const probeBeforeMs = breaker?.probeUntilMs ?? null;
  const isPaused = breaker !== null && breaker.retryAtMs !== null;
  if (isPaused && breaker.retryAtMs !== null && !bugs.has('breakerDeaf')) {
    if (breaker.retryAtMs > atMs || (breaker.probeUntilMs !== null && breaker.probeUntilMs > atMs)) {
      const untilMs = Math.min(breaker.probeUntilMs ?? 0, atMs + ASK_AGAIN_MS);
      return { bucket: 'breaker', atMs: Math.max(breaker.retryAtMs, untilMs) };
    }
    breaker.probeUntilMs = atMs + PROBE_MS;
  }
  const draws = limits.map((limit) => ({ limit, row: rowOf(world, process, limit, atMs) }));
  for (const { limit, row } of draws) {
    const { perSecond } = bucketOf(limit);
    const available = availableIn(limit, row, atMs);
    if (available >= 1 && row.closedUntilMs <= atMs) continue;
    const refilledAtMs = Math.max(row.updatedAtMs, atMs) + Math.ceil((Math.max(0, 1 - available) / perSecond) * 1000);
    return { bucket: limit.bucket, atMs: Math.max(refilledAtMs, row.closedUntilMs, atMs + 1) };
  }
  try {
    guard();
  } catch (error) {
    if (breaker !== null && isPaused) breaker.probeUntilMs = probeBeforeMs;
    throw error;
  }
  for (const { limit, row } of draws) {
    row.tokens = availableIn(limit, row, atMs) - 1;
    row.updatedAtMs = Math.max(row.updatedAtMs, atMs);
  }
  judge.announced(isPaused ? (breaker?.retryAtMs ?? null) : null, limits);
  return null;
}

function availableIn(limit: RateLimit, { tokens, updatedAtMs }: BudgetRow, atMs: number): number {
  const { size, perSecond } = bucketOf(limit);
  return Math.min(size, tokens + (Math.max(0, atMs - updatedAtMs) / 1000) * perSecond);
}

function rowOf({ store, bugs }: World, process: Process, limit: RateLimit, atMs: number): BudgetRow {
  const name = bugs.has('budgetPerProcess') ? `${limit.bucket} of ${process.name}` : limit.bucket;
  let row = store.budget.get(name);
  if (row === undefined) {
    row = { tokens: bucketOf(limit).size, updatedAtMs: atMs, closedUntilMs: 0 };
    store.budget.set(name, row);
  }
  return row;
}

/** The platform itself said "not before". As `closeBudget` of the server. */
export function closeLimits({ store, limits }: World, nowMs: number, untilMs: number): void {
  for (const limit of limits) {
    const row = store.budget.get(limit.bucket) ?? {
      tokens: bucketOf(limit).size,
      updatedAtMs: nowMs,
      closedUntilMs: 0,
    };
    row.closedUntilMs = Math.max(row.closedUntilMs, untilMs);
    store.budget.set(limit.bucket, row);
  }
}

/** Tells the breaker how a call ended. As `createBreakers` of the server. */
export function noteOutcome({ store, trace }: World, startedAtMs: number, endedAtMs: number, isOk: boolean): void {
  let state = store.breaker ?? CLOSED;
  for (let count = 0; count < OUTCOME_WEIGHT; count += 1) {
    const next = nextBreaker(state, { startedAtMs, endedAtMs, isOk });
    state = next.state;
    if (next.change !== null) trace.note(() => `BREAKER ${next.change}`);
    if (state.retryAtMs !== null) break; // a failed probe doubles the pause once
  }
  if (state.retryAtMs === null && state.outcomes.length === 0) store.breaker = null;
  else {
    const isSame = state.retryAtMs === store.breaker?.retryAtMs;
    store.breaker = { ...state, probeUntilMs: isSame ? (store.breaker?.probeUntilMs ?? null) : null };
  }
}
