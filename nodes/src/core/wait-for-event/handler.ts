import { defineHandler, done, suspend } from '@heddle/engine';
import { toMs } from '../../form-fields.ts';
import { waitForEvent } from './definition.ts';

/** Runs once to say what it waits for, and once more with the data of the report. */
export const waitForEventHandler = defineHandler(waitForEvent, {
  run: ({ config, nowMs, resumed, memo }) => {
    if (resumed?.kind === 'eventArrived') return done('arrived', { data: resumed.data });
    if (resumed?.kind === 'timedOut') return done('timeout', { waitedMs: Math.max(0, nowMs - Number(memo ?? nowMs)) });
    const { name, key, timeout } = config;
    return suspend({ kind: 'event', name, key, dueAtMs: nowMs + toMs(timeout) }, nowMs);
  },
});
