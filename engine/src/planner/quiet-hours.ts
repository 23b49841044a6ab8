import type { QuietHours } from '@heddle/schemas';
import { isTimeZone, nextTimeOfDay, parseTimeOfDay, toLocalTime } from '../time/index.ts';

/** What a person did this recently is a conversation under way: they are awake, and an answer that waits until morning helps nobody. */
export const ANSWER_GRACE_MS = 15 * 60_000;

/**
 * When the quiet hours end that hold at `nowMs`, or null when none do. `from` after `to` reaches over midnight; both alike: never quiet.
 *
 * @param ownZone The person's time zone, when the platform tells it.
 */
export function quietUntilMs(hours: QuietHours, ownZone: string | undefined, nowMs: number): number | null {
  const timeZone = [ownZone, hours.timeZone].find((zone) => zone !== undefined && isTimeZone(zone)) ?? 'UTC';
  const local = toLocalTime(nowMs, timeZone);
  const now = local.hour * 60 + local.minute;
  const from = minutesOf(hours.from);
  const to = minutesOf(hours.to);
  const isQuiet = from <= to ? now >= from && now < to : now >= from || now < to;
  return isQuiet ? nextTimeOfDay(nowMs, hours.to, [], timeZone) : null;
}

function minutesOf(time: string): number {
  const { hour, minute } = parseTimeOfDay(time);
  return hour * 60 + minute;
}
