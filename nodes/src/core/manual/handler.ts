import { defineHandler } from '@heddle/engine';
import { manual } from './definition.ts';

export const manualHandler = defineHandler(manual, {
  match: ({ event }) => ({
    output: { data: event.data, startedAt: new Date(event.occurredAtMs).toISOString() },
    specificity: 0,
  }),
});
