import { describe, expect, it } from 'vitest';
import { CLOSED, MIN_FAILURES, nextBreaker, WINDOW_MS, type BreakerState } from './breaker-state.ts';

const call = (atMs: number, isOk: boolean) => ({ startedAtMs: atMs, endedAtMs: atMs, isOk });

function after(calls: readonly (readonly [number, boolean])[], state: BreakerState = CLOSED): BreakerState {
  return calls.reduce((known, [atMs, isOk]) => nextBreaker(known, call(atMs, isOk)).state, state);
}

const failures = (count: number, everyMs = 100): [number, boolean][] =>
  Array.from({ length: count }, (_, index) => [index * everyMs, false]);

describe('a breaker', () => {
  it('opens with the twentieth failure in the window', () => {
    expect(after(failures(MIN_FAILURES - 1)).retryAtMs).toBeNull();
    expect(after(failures(MIN_FAILURES)).retryAtMs).toBe(1_900 + 30_000);
  });

  it('stays closed for failures that are far apart, and when most calls work', () => {
    expect(after(failures(100, 1_600)).retryAtMs).toBeNull();
    const mixed = failures(40).flatMap(([atMs]): [number, boolean][] => [
      [atMs, false],
      [atMs, true],
      [atMs, true],
    ]);
    expect(after(mixed).retryAtMs).toBeNull();
  });

  it('forgets everything when nothing failed for a while', () => {
    expect(
      after([
        [0, false],
        [WINDOW_MS + 1, true],
      ]),
    ).toEqual(CLOSED);
  });

  it('waits longer after each probe that failed, ten minutes at most', () => {
    let state = after(failures(MIN_FAILURES));
    const pauses = Array.from({ length: 6 }, () => {
      const atMs = state.retryAtMs ?? 0;
      state = nextBreaker(state, call(atMs, false)).state;
      return (state.retryAtMs ?? 0) - atMs;
    });
    expect(pauses).toEqual([60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
    expect(nextBreaker(state, call(state.retryAtMs ?? 0, true))).toEqual({ state: CLOSED, change: 'closed' });
  });

  it('learns nothing from calls that began before the pause', () => {
    const open = after(failures(MIN_FAILURES));
    expect(nextBreaker(open, call(2_000, true))).toEqual({ state: open, change: null });
    expect(nextBreaker(open, call(2_000, false))).toEqual({ state: open, change: null });
  });
});
