import { FlowError } from '@heddle/schemas';
import type { Static } from 'typebox';
import { WEEKDAYS } from '../weekdays.ts';
import { nextMinute, nextTimeOfDay, parseTimeOfDay, toLocalTime } from '@heddle/engine';
import { nextCronTime, parseCron } from './cron.ts';
import type { schedule } from './definition.ts';

const MINUTE_MS = 60_000;

/** Config of a schedule trigger. */
export type ScheduleConfig = Static<(typeof schedule)['config']>;

/**
 * When a schedule trigger is due next. Pure: hosts and the editor ask the same function.
 *
 * @param afterMs Epoch ms; the result is later than this.
 * @throws FlowError `NODE_CONFIG_INVALID` for an unknown zone, a bad pattern, or weekly without a weekday.
 */
export function nextScheduleTick(config: ScheduleConfig, afterMs: number): number {
  const time = config.time ?? '09:00';
  switch (config.repeat) {
    case 'hourly':
      return nextMinuteOfHour(afterMs, parseTimeOfDay(time).minute, config.timeZone);
    case 'daily':
      return nextTimeOfDay(afterMs, time, [], config.timeZone);
    case 'weekly': {
      const days = (config.weekdays ?? []).map((day) => WEEKDAYS.indexOf(day));
      if (days.length === 0) throw new FlowError('NODE_CONFIG_INVALID', 'Choose at least one weekday.');
      return nextTimeOfDay(afterMs, time, days, config.timeZone);
    }
    case 'cron':
      return nextCronTime(parseCron(config.cron ?? ''), afterMs, config.timeZone);
    default:
      return config.repeat satisfies never;
  }
}

/** True when the schedule is due at exactly this moment. */
export function isScheduleTick(config: ScheduleConfig, atMs: number): boolean {
  return nextScheduleTick(config, atMs - 1) === atMs;
}

/** By steps of real time and not by the wall clock, so that an hour that comes twice has two ticks. */
function nextMinuteOfHour(afterMs: number, minute: number, timeZone: string): number {
  const start = nextMinute(afterMs);
  const atMs = start + ((minute - toLocalTime(start, timeZone).minute + 60) % 60) * MINUTE_MS;
  // Where clocks move by half an hour, the first guess lies on the other side of the change.
  return toLocalTime(atMs, timeZone).minute === minute ? atMs : atMs + 30 * MINUTE_MS;
}
