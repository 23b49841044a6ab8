import { fromLocalTime, isTimeZone } from '@heddle/nodes/definitions';
import { FlowError } from '@heddle/schemas';
import type { PostSchedule } from '@heddle/schemas/api';

/** A time that has only just passed is meant for now. */
const LATE_MS = 5 * 60_000;

/**
 * The moment that a wall clock means. A time that comes twice (clocks go back) is the first of the two; one that is left out (clocks go
 * forward) becomes as much later as the gap is long.
 *
 * @throws FlowError `REQUEST_INVALID` for an unknown zone, a day that is not in the calendar, or a moment that is over.
 */
export function toMoment(schedule: PostSchedule, nowMs: number): number {
  const { localTime, timeZone } = schedule;
  if (!isTimeZone(timeZone))
    throw new FlowError('REQUEST_INVALID', `"${timeZone}" is no time zone. Use a name such as Africa/Nairobi.`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = localTime.split(/[-T:]/).map(Number);
  if (new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day)
    throw new FlowError('REQUEST_INVALID', `${localTime.slice(0, 10)} is not in the calendar.`);
  const atMs = fromLocalTime({ year, month, day, hour, minute }, timeZone);
  if (atMs < nowMs - LATE_MS)
    throw new FlowError(
      'REQUEST_INVALID',
      `${localTime.replace('T', ' ')} in ${timeZone} is over already. Choose a later time, or publish now.`,
    );
  return atMs;
}
