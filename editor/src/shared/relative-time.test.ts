import { describe, expect, it } from 'vitest';
import { durationText, relativeTime } from './relative-time.ts';

const NOW = Date.UTC(2026, 2, 12, 12, 0, 0);
const ago = (ms: number) => relativeTime(new Date(NOW - ms).toISOString(), NOW);
const ahead = (ms: number) => relativeTime(new Date(NOW + ms).toISOString(), NOW);

describe('relativeTime', () => {
  it('speaks of the past in the unit a person would use', () => {
    expect([
      ago(0),
      ago(44_000),
      ago(60_000),
      ago(59 * 60_000),
      ago(2 * 3_600_000),
      ago(26 * 3_600_000),
      ago(3 * 86_400_000),
    ]).toEqual(['just now', 'just now', '1 min ago', '59 min ago', '2 h ago', 'yesterday', '3 days ago']);
  });

  it('speaks of the future', () => {
    expect([ahead(10_000), ahead(5 * 60_000), ahead(23 * 3_600_000), ahead(86_400_000)]).toEqual([
      'in a moment',
      'in 5 min',
      'in 23 h',
      'tomorrow',
    ]);
  });

  it('gives the date beyond a week, with the year when it is another one', () => {
    expect(ago(20 * 86_400_000)).toBe('20 Feb');
    expect(ago(200 * 86_400_000)).toBe('24 Aug 2025');
  });

  it('does not fail on a broken moment', () => {
    expect(relativeTime('soon', NOW)).toBe('unknown');
  });
});

describe('durationText', () => {
  it('uses at most two units', () => {
    expect([0, 340, 2140, 59_999, 200_000, 3_600_000, 18_120_000, 86_400_000, 273_600_000].map(durationText)).toEqual([
      '0 ms',
      '340 ms',
      '2.1 s',
      '59 s',
      '3 min 20 s',
      '1 h',
      '5 h 2 min',
      '1 day',
      '3 days 4 h',
    ]);
  });
});
