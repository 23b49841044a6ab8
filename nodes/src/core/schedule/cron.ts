/** The five fields of cron: minute hour day-of-month month day-of-week. Pure; browser safe. */
import { FlowError } from '@heddle/schemas';
import { fromLocalTime, toLocalTime } from '@heddle/engine';

/** Allowed values of each field. `isAnyDay`…: the field was `*`, which matters when both day fields are given. */
export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  readonly isAnyDay: boolean;
  readonly isAnyWeekday: boolean;
}

const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** A pattern such as 29 February has its next day at most this far away (2096 to 2104 has no leap day between). */
const SEARCH_DAYS = 8 * 366;

/**
 * Reads lists, ranges, steps and three-letter names: `0,30 9-17 * * mon-fri`. Sunday is 0 or 7.
 *
 * @throws FlowError `NODE_CONFIG_INVALID` naming the field.
 */
export function parseCron(text: string): CronFields {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 5)
    throw new FlowError(
      'NODE_CONFIG_INVALID',
      `A cron pattern has five parts (minute hour day month weekday); "${text}" has ${parts.length}.`,
    );
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = parts;
  return {
    minutes: parseField(minute, 'minute', 0, 59),
    hours: parseField(hour, 'hour', 0, 23),
    days: parseField(day, 'day', 1, 31),
    months: parseField(month, 'month', 1, 12, MONTH_NAMES, 1),
    weekdays: new Set([...parseField(weekday, 'weekday', 0, 7, WEEKDAY_NAMES, 0)].map((value) => value % 7)),
    isAnyDay: day.startsWith('*'),
    isAnyWeekday: weekday.startsWith('*'),
  };
}

function parseField(
  text: string,
  name: string,
  least: number,
  most: number,
  names: readonly string[] = [],
  firstName = 0,
): Set<number> {
  const fail = (): never => {
    throw new FlowError(
      'NODE_CONFIG_INVALID',
      `"${text}" is no valid ${name} in a cron pattern; allowed are ${least} to ${most}, *, lists, ranges and steps.`,
    );
  };
  const toNumber = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    const value = named >= 0 ? named + firstName : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
    return value >= least && value <= most ? value : fail();
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', stepText, tooMuch] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (tooMuch !== undefined || !Number.isInteger(step) || step < 1) fail();
    const [from = '', to, extra] = range.split('-');
    if (extra !== undefined) fail();
    const first = range === '*' ? least : toNumber(from);
    const last = range === '*' ? most : to !== undefined ? toNumber(to) : stepText === undefined ? first : most;
    if (last < first) fail();
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
}

/**
 * The first moment after `afterMs` that fits the pattern on the wall clock of the zone.
 *
 * @throws FlowError `NODE_CONFIG_INVALID` when it never comes (30 February).
 */
export function nextCronTime(cron: CronFields, afterMs: number, timeZone: string): number {
  const start = toLocalTime(afterMs, timeZone);
  const hours = [...cron.hours].toSorted((a, b) => a - b);
  const minutes = [...cron.minutes].toSorted((a, b) => a - b);
  for (let ahead = 0; ahead <= SEARCH_DAYS; ahead += 1) {
    const date = new Date(Date.UTC(start.year, start.month - 1, start.day + ahead));
    if (!fitsDay(cron, date)) continue;
    for (const hour of hours) {
      for (const minute of minutes) {
        const atMs = fromLocalTime(
          { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour, minute },
          timeZone,
        );
        if (atMs > afterMs) return atMs;
      }
    }
  }
  throw new FlowError('NODE_CONFIG_INVALID', 'The cron pattern names a day that never comes.');
}

/** As cron does: when both day fields are given, one of them is enough. */
function fitsDay(cron: CronFields, date: Date): boolean {
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const isDay = cron.days.has(date.getUTCDate());
  const isWeekday = cron.weekdays.has(date.getUTCDay());
  return cron.isAnyDay || cron.isAnyWeekday ? isDay && isWeekday : isDay || isWeekday;
}
