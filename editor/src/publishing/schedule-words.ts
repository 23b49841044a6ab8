/** Every zone that the browser knows, UTC first. */
export const TIME_ZONES: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];

/** The zone of this browser. */
export const OWN_TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A moment as a wall clock in a zone shows it, with the zone: "Sun 28 Mar 2027, 09:00 · Europe/Berlin (CEST)". */
export function scheduleWords(iso: string, timeZone: string): string {
  const at = new Date(iso);
  const words = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
  const short = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'short' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  return `${words} · ${timeZone}${short === undefined || short === timeZone ? '' : ` (${short})`}`;
}

/** The next full hour in a zone, as a field for date and time wants it: "2027-03-28T09:00". */
export function nextFullHour(nowMs: number, timeZone: string): string {
  const at = new Date(Math.ceil((nowMs + 60_000) / 3_600_000) * 3_600_000);
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '00';
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** "again in 40 min" from a moment; empty when it is over. */
export function waitWords(iso: string, nowMs: number): string {
  const minutes = Math.ceil((Date.parse(iso) - nowMs) / 60_000);
  if (minutes <= 0) return '';
  return minutes < 90 ? `again in ${minutes} min` : `again in ${Math.round(minutes / 60)} h`;
}
