import { describe, expect, it } from 'vitest';
import { nextFullHour, scheduleWords, waitWords } from './schedule-words.ts';

describe('times of posts', () => {
  it('name the zone, and follow daylight saving time', () => {
    expect(scheduleWords('2027-03-27T08:00:00Z', 'Europe/Berlin')).toBe(
      'Sat, 27 Mar 2027, 09:00 · Europe/Berlin (CET)',
    );
    expect(scheduleWords('2027-03-28T07:00:00Z', 'Europe/Berlin')).toBe(
      'Sun, 28 Mar 2027, 09:00 · Europe/Berlin (CEST)',
    );
    expect(scheduleWords('2027-03-28T07:00:00Z', 'UTC')).toBe('Sun, 28 Mar 2027, 07:00 · UTC');
  });

  it('begin with the next full hour of the chosen zone', () => {
    expect(nextFullHour(Date.UTC(2027, 0, 1, 20, 15), 'Africa/Nairobi')).toBe('2027-01-02T00:00');
    expect(nextFullHour(Date.UTC(2027, 0, 1, 20, 0), 'UTC')).toBe('2027-01-01T21:00');
  });

  it('say when posts are taken again', () => {
    const nowMs = Date.UTC(2027, 0, 1);
    expect(waitWords(new Date(nowMs + 39.5 * 60_000).toISOString(), nowMs)).toBe('again in 40 min');
    expect(waitWords(new Date(nowMs + 5 * 3_600_000).toISOString(), nowMs)).toBe('again in 5 h');
    expect(waitWords(new Date(nowMs).toISOString(), nowMs)).toBe('');
  });
});
