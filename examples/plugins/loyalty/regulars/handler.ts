import { defineHandler, done } from '@heddle/engine';
import { regulars } from './definition.ts';

/** Counts this visit, then compares. */
export const regularsHandler = defineHandler(regulars, {
  run: async ({ config, contact, contacts }) => {
    const known = contact?.fields['visits'];
    const count = (typeof known === 'number' ? known : 0) + 1;
    await contacts.setField('visits', count);
    return done(count >= config.visits ? 'regular' : 'newcomer', { count });
  },
});
