const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * How long ago or ahead a moment is, in few words: "just now", "3 min ago", "in 2 h", "yesterday", "12 Mar", "12 Mar 2025".
 * Over a week it is the date in the reader's time zone; the year only when it is another one.
 */
export function relativeTime(iso: string, nowMs: number): string {
  const atMs = Date.parse(iso);
  if (Number.isNaN(atMs)) return 'unknown';
  const distanceMs = Math.abs(nowMs - atMs);
  const isPast = atMs <= nowMs;
  const say = (amount: string) => (isPast ? `${amount} ago` : `in ${amount}`);
  if (distanceMs < 45_000) return isPast ? 'just now' : 'in a moment';
  if (distanceMs < HOUR_MS) return say(`${Math.max(1, Math.round(distanceMs / MINUTE_MS))} min`);
  if (distanceMs < DAY_MS) return say(`${Math.round(distanceMs / HOUR_MS)} h`);
  const days = Math.round(distanceMs / DAY_MS);
  if (days === 1) return isPast ? 'yesterday' : 'tomorrow';
  if (days < 7) return say(`${days} days`);
  const date = new Date(atMs);
  const isThisYear = date.getFullYear() === new Date(nowMs).getFullYear();
  return date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  });
}

/** The whole moment in the reader's time zone, for tooltips and details: "12 March 2026, 14:03:22 EAT". */
export function fullTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
}

/** The time of day in the reader's time zone: "14:03:22". */
export function clockTime(iso: string): string {
  return new Date(iso).toLocaleTimeString('en-GB');
}

/** A length of time in at most two units: "340 ms", "2.1 s", "3 min 20 s", "5 h 2 min", "3 days 4 h". */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toString()} s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / 1000)} s`;
  if (ms < HOUR_MS) return twoUnits(Math.floor(ms / MINUTE_MS), 'min', Math.floor((ms % MINUTE_MS) / 1000), 's');
  if (ms < DAY_MS) return twoUnits(Math.floor(ms / HOUR_MS), 'h', Math.floor((ms % HOUR_MS) / MINUTE_MS), 'min');
  const days = Math.floor(ms / DAY_MS);
  return twoUnits(days, days === 1 ? 'day' : 'days', Math.floor((ms % DAY_MS) / HOUR_MS), 'h');
}

function twoUnits(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big} ${bigUnit}` : `${big} ${bigUnit} ${small} ${smallUnit}`;
}
