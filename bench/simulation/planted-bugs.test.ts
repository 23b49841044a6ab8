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
  loseChild: /^(?:runLost|itemLost|childLost|noEnd)/,
  forgetTold: /^(?:toldTwice|childLost)/,
  queueJump: /^(?:startedTooMany|queueOrder)/,
  leavePlace: /^order/,
  keepPlace: /^(?:queueLeft|noEnd)/,
  fullWithoutLock: /^startedTooMany/,
  tickPerProcess: /^tickTwice/,
  budgetPerProcess: /^overdrawn/,
  breakerDeaf: /^sentWhilePaused/,
  decideTwice: /^decidedTwice/,
  forgetReport: /^reportLost/,
};
const WITHIN = 10_000;
/** Where the search begins, for bugs that need more luck: a little before the first seed that finds them, so that this test is quick. */
const FROM: Partial<Record<Bug, number>> = {
  noCallDeadline: 300,
  sendAfterCancel: 60,
  runGonePosition: 60,
  forgetSends: 190,
  loseChild: 330,
  queueJump: 45,
  leavePlace: 17_500,
  keepPlace: 380,
  fullWithoutLock: 225,
  tickPerProcess: 115,
  decideTwice: 30,
  forgetReport: 210,
};

describe('the simulator finds a planted bug', () => {
  it.each(Object.keys(BUGS).filter((name): name is Bug => name in CAUGHT_BY))(
    '%s',
    async (bug) => {
      const { failures, totals } = await simulateRange(FROM[bug] ?? 1, WITHIN, [bug], () => true);
      expect(totals.seeds).toBeLessThanOrEqual(WITHIN);
      expect(failures[0]?.message).toMatch(CAUGHT_BY[bug]);
    },
    180_000,
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
  }, 180_000);

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
