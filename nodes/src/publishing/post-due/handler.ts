import { defineHandler } from '@heddle/engine';
import { postDue } from './definition.ts';

export const postDueHandler = defineHandler(postDue, {
  match: ({ event }) => ({ output: event.data, specificity: 10 }),
});
