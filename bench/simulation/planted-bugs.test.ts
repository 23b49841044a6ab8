import { describe, expect, it } from 'vitest';
import { BUGS, type Bug } from './bugs.ts';
import { simulateRange } from './simulate-range.ts';
import { simulateSeed } from './simulate-seed.ts';

/** What each bug must at least once be caught by. The seeds before the first catch are few; the limit is what we promise. */
const CAUGHT_BY: Readonly<Record<Bug, RegExp>> = {
  dropFence: /^staleFence/,
  callBeforeRow: /^sentWithoutRow/,
  loseWait: /^runLost/,
  noRecheck: /^(?:eventLost|late)/,
  noDedupeKey: /^startedTwice/,
  resendUnknown: /^(?:sentTwice|failedWrongly)/,
  noCallDeadline: /^(?:sentTwice|failedWrongly|sentWrongly)/,
  processClock: /^(?:early|late|sentTwice)/,
  sendAfterCancel: /^sentAfterEnd/,
  runGonePosition: /^sentAfterEnd/,
  forgetSends: /^unknown/,
};
const WITHIN = 10_000;

describe('the simulator finds a planted bug', () => {
  it.each(Object.keys(BUGS).filter((name): name is Bug => name in CAUGHT_BY))(
    '%s',
    async (bug) => {
      const { failures, totals } = await simulateRange(1, WITHIN, [bug], () => true);
      expect(totals.seeds).toBeLessThanOrEqual(WITHIN);
      expect(failures[0]?.message).toMatch(CAUGHT_BY[bug]);
    },
    60_000,
  );
});

describe('the simulator', () => {
  it('finds nothing in 1,000 seeds without a planted bug', async () => {
    const { failures, totals } = await simulateRange(1, 1_000);
    expect(failures).toEqual([]);
    // Not a trivial pass: there was work, and there was trouble.
    expect(totals.runs).toBeGreaterThan(2_000);
    expect(totals.sends).toBeGreaterThan(2_000);
    expect(totals.crashes).toBeGreaterThan(1_000);
    expect(totals.freezes).toBeGreaterThan(200);
    expect(totals.unknown).toBeGreaterThan(50);
  }, 60_000);

  it('plays a seed again exactly', async () => {
    const options = { bugs: ['dropFence'], traceLines: 10_000 } as const;
    const [failure] = (await simulateRange(1, 1_000, options.bugs, () => true)).failures;
    expect(failure).toBeDefined();
    const first = await simulateSeed(failure?.seed ?? 0, options);
    // Other seeds in between leave nothing behind.
    await simulateRange(5_000, 20);
    const second = await simulateSeed(failure?.seed ?? 0, options);
    expect(first.violation?.message).toBe(failure?.message);
    expect(second).toEqual(first);
    expect(first.trace.length).toBeGreaterThan(10);
  });

  it('looks on without changing anything', async () => {
    const watched = await simulateSeed(7, { traceLines: 50 });
    const unwatched = await simulateSeed(7);
    expect({ ...watched, trace: [] }).toEqual(unwatched);
  });
});
