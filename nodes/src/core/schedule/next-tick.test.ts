import { describe, expect, it } from 'vitest';
import { isScheduleTick, nextScheduleTick, type ScheduleConfig } from './next-tick.ts';

const next = (config: ScheduleConfig, after: string) =>
  new Date(nextScheduleTick(config, Date.parse(after))).toISOString();

describe('nextScheduleTick', () => {
  it.each<[string, ScheduleConfig, string, string]>([
    [
      'hourly',
      { repeat: 'hourly', time: '09:15', timeZone: 'UTC' },
      '2026-11-20T10:00:00Z',
      '2026-11-20T10:15:00.000Z',
    ],
    [
      'hourly in a zone of half hours',
      { repeat: 'hourly', time: '00:00', timeZone: 'Asia/Kolkata' },
      '2026-11-20T10:00:00Z',
      '2026-11-20T10:30:00.000Z',
    ],
    [
      'daily, later today',
      { repeat: 'daily', time: '18:00', timeZone: 'Africa/Nairobi' },
      '2026-11-20T10:00:00Z',
      '2026-11-20T15:00:00.000Z',
    ],
    [
      'daily, exactly now means tomorrow',
      { repeat: 'daily', time: '18:00', timeZone: 'Africa/Nairobi' },
      '2026-11-20T15:00:00Z',
      '2026-11-21T15:00:00.000Z',
    ],
    [
      'weekly',
      { repeat: 'weekly', time: '09:00', weekdays: ['monday', 'thursday'], timeZone: 'Europe/Berlin' },
      '2026-11-20T10:00:00Z',
      '2026-11-23T08:00:00.000Z',
    ],
    [
      'weekly, same day next week',
      { repeat: 'weekly', time: '09:00', weekdays: ['friday'], timeZone: 'UTC' },
      '2026-11-20T10:00:00Z',
      '2026-11-27T09:00:00.000Z',
    ],
    [
      'daily over the change to summer time',
      { repeat: 'daily', time: '09:00', timeZone: 'Europe/Berlin' },
      '2026-03-28T10:00:00Z',
      '2026-03-29T07:00:00.000Z',
    ],
    [
      'daily in the hour that is left out',
      { repeat: 'daily', time: '02:30', timeZone: 'Europe/Berlin' },
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'daily in the hour that comes twice',
      { repeat: 'daily', time: '02:30', timeZone: 'Europe/Berlin' },
      '2026-10-24T12:00:00Z',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'hourly in the hour that comes twice',
      { repeat: 'hourly', time: '00:30', timeZone: 'Europe/Berlin' },
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'cron on workdays',
      { repeat: 'cron', cron: '30 8 * * mon-fri', timeZone: 'UTC' },
      '2026-11-20T09:00:00Z',
      '2026-11-23T08:30:00.000Z',
    ],
    [
      'cron by steps',
      { repeat: 'cron', cron: '*/20 9-17/4 1,15 * *', timeZone: 'UTC' },
      '2026-11-20T09:00:00Z',
      '2026-12-01T09:00:00.000Z',
    ],
    [
      'cron: one of two day fields is enough',
      { repeat: 'cron', cron: '0 0 13 * fri', timeZone: 'UTC' },
      '2026-11-20T00:00:00Z',
      '2026-11-27T00:00:00.000Z',
    ],
    [
      'cron on Sunday as 7',
      { repeat: 'cron', cron: '0 0 * * 7', timeZone: 'UTC' },
      '2026-11-20T00:00:00Z',
      '2026-11-22T00:00:00.000Z',
    ],
    [
      'cron on leap days',
      { repeat: 'cron', cron: '0 0 29 2 *', timeZone: 'UTC' },
      '2026-11-20T00:00:00Z',
      '2028-02-29T00:00:00.000Z',
    ],
  ])('%s', (_name, config, after, expected) => {
    expect(next(config, after)).toBe(expected);
    expect(isScheduleTick(config, Date.parse(expected))).toBe(true);
    expect(isScheduleTick(config, Date.parse(expected) + 1000)).toBe(false);
  });

  it.each<[string, ScheduleConfig]>([
    ['an unknown zone', { repeat: 'daily', time: '09:00', timeZone: 'Mars/Base' }],
    ['no weekday', { repeat: 'weekly', time: '09:00', weekdays: [], timeZone: 'UTC' }],
    ['four cron parts', { repeat: 'cron', cron: '0 0 * *', timeZone: 'UTC' }],
    ['a cron value out of range', { repeat: 'cron', cron: '60 0 * * *', timeZone: 'UTC' }],
    ['a cron range that runs backwards', { repeat: 'cron', cron: '0 9-5 * * *', timeZone: 'UTC' }],
    ['a step of nothing', { repeat: 'cron', cron: '*/0 * * * *', timeZone: 'UTC' }],
    ['a day that never comes', { repeat: 'cron', cron: '0 0 30 2 *', timeZone: 'UTC' }],
  ])('refuses %s', (_name, config) => {
    expect(() => nextScheduleTick(config, 0)).toThrow(expect.objectContaining({ code: 'NODE_CONFIG_INVALID' }));
  });
});
