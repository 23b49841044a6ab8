import { describe, expect, it } from 'vitest';
import { percentDone, scanSummary, timeLeft } from './scan-words.ts';

const progress = { total: 40, listed: 25, done: 10, reused: 0, drafts: 10, needsReview: 0 };

describe('a scan in words', () => {
  it('has a percentage once the number of posts is known', () => {
    expect(percentDone({ progress })).toBe(25);
    expect(percentDone({ progress: { ...progress, total: null } })).toBeNull();
    expect(percentDone({ progress: { ...progress, total: 0, done: 0 } })).toBe(100);
  });

  it.each([
    [null, ''],
    [3, 'a few seconds left'],
    [41, 'about 50 seconds left'],
    [150, 'about 3 minutes left'],
  ])('says of %s seconds: %j', (seconds, words) => {
    expect(timeLeft(seconds)).toBe(words);
  });

  it('says what came of it', () => {
    expect(scanSummary({ progress })).toBe('10 posts read · 10 drafts');
    expect(scanSummary({ progress: { ...progress, done: 1, drafts: 1, needsReview: 1, reused: 1 } })).toBe(
      '1 post read · 1 draft · 1 to look at · 1 known from before',
    );
  });
});
