import { defineHandler, done } from '@heddle/engine';
import { requireContact } from '../../send-outcome.ts';
import { setField } from './definition.ts';

export const setFieldHandler = defineHandler(setField, {
  options: { name: async ({ contacts }) => (await contacts.fields()).map((value) => ({ value })) },
  run: async ({ config, contact, contacts }) => {
    requireContact(contact);
    await contacts.setField(config.name, config.value);
    return done('done', { name: config.name, value: config.value });
  },
});
