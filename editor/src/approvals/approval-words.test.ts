import { expect, it } from 'vitest';
import { decidedByWords, heldWords, timeLeft } from './approval-words.ts';

const NOW = Date.UTC(2026, 2, 12, 12);
const left = (ms: number) => timeLeft(new Date(NOW + ms).toISOString(), NOW);

it('says what was decided', () => {
  expect(heldWords([{ title: 'Publish?' }], 'approved')).toBe('Approved: “Publish?”');
  expect(heldWords([{ title: 'a' }, { title: 'b' }], 'rejected')).toBe('Rejected: 2 questions');
  expect(heldWords([{ title: 'x'.repeat(200) }], 'approved').length).toBeLessThan(80);
});

it('says who was first', () => {
  expect(decidedByWords({ by: 'Ada', decision: 'approved', title: 'Publish?' })).toBe(
    'Ada approved “Publish?” meanwhile.',
  );
  expect(decidedByWords({ by: '', decision: 'rejected', title: 'P' })).toBe('Somebody rejected “P” meanwhile.');
});

it('says how much time is left, in one unit', () => {
  expect(timeLeft(null, NOW)).toBeNull();
  expect(
    [-1, 30_000, 61_000, 3_600_000, 7_300_000, 30 * 3_600_000, 167 * 3_600_000].map((ms) => left(ms)?.text),
  ).toEqual([
    'the time is over',
    'less than a minute left',
    '1 min left',
    '1 h left',
    '2 h left',
    '1 day 6 h left',
    '6 days left',
  ]);
  expect([left(3_600_000)?.isShort, left(3 * 3_600_000)?.isShort]).toEqual([true, false]);
});
