/** Calendar arithmetic in IANA time zones with nothing but `Intl`. Pure; browser safe. */
import { FlowError } from '@heddle/schemas';

/** A moment as a wall clock shows it. `month` from 1; `weekday` 0 is Sunday. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw new FlowError('NODE_CONFIG_INVALID', `"${timeZone}" is no time zone. Use a name such as Africa/Nairobi.`, {
      cause,
    });
  }
  // Zone names come from configs of strangers: the cache must not grow with them.
  if (formats.size < 600) formats.set(timeZone, made);
  return made;
}

/** True for a name that `Intl` knows. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    // The only failure is an unknown name, which is the answer.
    return false;
  }
}

/** What the wall clock of a zone shows at a moment. @throws FlowError `NODE_CONFIG_INVALID` for an unknown zone. */
export function toLocalTime(atMs: number, timeZone: string): LocalTime {
  const shifted = new Date(atMs + offsetMs(atMs, timeZone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    weekday: shifted.getUTCDay(),
  };
}

/** Local time minus UTC at a moment, in ms. */
function offsetMs(atMs: number, timeZone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) part[type] = Number(value);
  const local = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
  return local - Math.floor(atMs / 1000) * 1000;
}

/**
 * The moment when the wall clock shows this time. A time that comes twice (clocks go back) is the first of the two; one that is
 * left out (clocks go forward) becomes as much later as the gap is long.
 */
export function fromLocalTime(
  local: Pick<LocalTime, 'year' | 'month' | 'day' | 'hour' | 'minute'>,
  timeZone: string,
): number {
  const wallMs = Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute);
  // Offsets of a zone change by hours, not days: the right one is the one before or after.
  const before = offsetMs(wallMs - DAY_MS, timeZone);
  const after = offsetMs(wallMs + DAY_MS, timeZone);
  const candidates = [wallMs - before, wallMs - after].filter((atMs) => atMs + offsetMs(atMs, timeZone) === wallMs);
  return candidates.length > 0 ? Math.min(...candidates) : wallMs - before;
}

/** Hours and minutes of `HH:MM`. @throws FlowError `NODE_CONFIG_INVALID`. */
export function parseTimeOfDay(text: string): { hour: number; minute: number } {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw new FlowError('NODE_CONFIG_INVALID', `"${text}" is no time of day. Write it as 09:30.`);
  return { hour: Number(match[1]), minute: Number(match[2]) };
}

/**
 * The first moment after `afterMs` at which it is `time` in the zone, on one of the weekdays.
 *
 * @param weekdays 0 is Sunday; empty means every day.
 */
export function nextTimeOfDay(afterMs: number, time: string, weekdays: readonly number[], timeZone: string): number {
  const { hour, minute } = parseTimeOfDay(time);
  const start = toLocalTime(afterMs, timeZone);
  // Eight days: today may be the only weekday and its time past; one more for a day that a zone skips at the date line.
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const date = new Date(Date.UTC(start.year, start.month - 1, start.day + ahead));
    if (weekdays.length > 0 && !weekdays.includes(date.getUTCDay())) continue;
    const atMs = fromLocalTime(
      { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour, minute },
      timeZone,
    );
    if (atMs > afterMs) return atMs;
  }
  throw new FlowError('NODE_CONFIG_INVALID', `It is never ${time} on the chosen weekdays in ${timeZone}.`);
}

/** The start of the minute after this moment. */
export function nextMinute(atMs: number): number {
  return (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS;
}
