import { defineHandler } from '@heddle/engine';
import { schedule } from './definition.ts';
import { isScheduleTick } from './next-tick.ts';

/** `tickAt` of the event: epoch ms, or RFC 3339. Only a planned moment of this very schedule starts a run. */
export const scheduleHandler = defineHandler(schedule, {
  match: ({ config, event }) => {
    const given = event.data['tickAt'] ?? event.occurredAtMs;
    const tickAtMs = typeof given === 'number' ? given : Date.parse(String(given));
    if (!Number.isFinite(tickAtMs)) return { reason: 'The event names no moment.' };
    if (!isScheduleTick(config, tickAtMs)) return { reason: 'This is not one of the set times.' };
    return { output: { tickAt: new Date(tickAtMs).toISOString(), tickAtMs }, specificity: 0 };
  },
});
