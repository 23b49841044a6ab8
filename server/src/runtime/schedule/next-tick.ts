import { Cron } from 'croner';

/**
 * The first moment after `afterMs` that a cron line names in a time zone, epoch ms; null when there is none. An hour that the clocks skip
 * fires when they have gone forward; one that they repeat fires once.
 *
 * @param cron Five or six fields. @param timeZone IANA name. @throws TypeError when either cannot be read.
 */
export function nextTickMs(cron: string, timeZone: string, afterMs: number): number | null {
  return new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(afterMs))?.getTime() ?? null;
}
