import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRefresher } from './refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('refreshes at once, and once more after a burst', () => {
  const refreshed: string[] = [];
  const refresher = createRefresher((key) => refreshed.push(String(key[0])), 2_000);
  for (let ask = 0; ask < 5; ask += 1) refresher.ask(['notices']);
  refresher.ask(['approvals']);
  expect(refreshed).toEqual(['notices', 'approvals']);
  vi.advanceTimersByTime(2_000);
  expect(refreshed).toEqual(['notices', 'approvals', 'notices']);
  vi.advanceTimersByTime(10_000);
  expect(refreshed).toHaveLength(3);
  refresher.ask(['approvals']);
  expect(refreshed).toHaveLength(4);
});

it('is silent after it was stopped', () => {
  const refresh = vi.fn<() => void>();
  const refresher = createRefresher(refresh, 2_000);
  refresher.ask(['notices']);
  refresher.ask(['notices']);
  refresher.stop();
  vi.advanceTimersByTime(10_000);
  expect(refresh).toHaveBeenCalledTimes(1);
});
