import { defineHandler, done } from '@heddle/engine';
import type { JsonObject } from '@heddle/schemas';
import { setFields } from './definition.ts';

/** The last one wins when a name stands twice. */
export const setFieldsHandler = defineHandler(setFields, {
  run: ({ config }) => {
    const values: JsonObject = Object.fromEntries(config.values.map(({ name, value }) => [name, value]));
    return done('done', { values }, values);
  },
});
