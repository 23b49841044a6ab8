import { defineHandler, done, isTimeZone, nextTimeOfDay, suspend } from '@heddle/engine';
import { FlowError, type ContactFacts } from '@heddle/schemas';
import type { Static } from 'typebox';
import { toMs } from '../../form-fields.ts';
import { WEEKDAYS } from '../weekdays.ts';
import { delay } from './definition.ts';

type Config = Static<(typeof delay)['config']>;

export const delayHandler = defineHandler(delay, {
  run: ({ config, contact, nowMs, resumed, memo }) => {
    if (resumed !== undefined) return done('done', { waitedMs: Math.max(0, nowMs - Number(memo ?? nowMs)) });
    return suspend({ kind: 'time', dueAtMs: dueAt(config, contact, nowMs) }, nowMs);
  },
});

function dueAt(config: Config, contact: ContactFacts | null, nowMs: number): number {
  if (config.mode === 'for') {
    if (config.duration === undefined) throw new FlowError('NODE_CONFIG_INVALID', 'Say how long to wait.');
    return nowMs + toMs(config.duration);
  }
  const weekdays = (config.weekdays ?? []).map((day) => WEEKDAYS.indexOf(day));
  return nextTimeOfDay(nowMs, config.time ?? '09:00', weekdays, zoneOf(config, contact));
}

/** A platform may give a zone that `Intl` does not know; the configured one then stands in. */
function zoneOf(config: Config, contact: ContactFacts | null): string {
  const own = config.useContactZone === false ? undefined : contact?.timeZone;
  return own !== undefined && isTimeZone(own) ? own : (config.timeZone ?? 'UTC');
}
