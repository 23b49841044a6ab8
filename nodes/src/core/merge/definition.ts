import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { durationField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

const joined = {
  inputs: ['array', 'What each path brought', 'In the order in which they came'],
  count: ['integer', 'Number of paths that came'],
} as const;

/** Brings parallel paths together. */
export const merge = defineNode({
  type: 'core/merge',
  version: 1,
  title: 'Bring paths together',
  summary: 'Waits until all parallel paths, the first or a number of them have come here, then goes on once.',
  icon: 'arrows-join',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      mode: Type.Enum(['all', 'first', 'count'], {
        title: 'Go on when',
        description: 'A path that ended elsewhere is not waited for. Paths that come later end here.',
        default: 'all',
        'x-widget': 'select',
        'x-enum-titles': { all: 'all paths are here', first: 'the first path is here', count: 'so many are here' },
      }),
      count: Type.Optional(
        Type.Integer({
          title: 'Number of paths',
          minimum: 1,
          maximum: 100,
          default: 2,
          'x-widget': 'number',
          'x-show-if': { mode: 'count' },
        }),
      ),
      limit: Type.Optional(
        Type.Boolean({
          title: 'Do not wait for ever',
          default: false,
          'x-widget': 'switch',
          'x-show-if': { mode: ['all', 'count'] },
        }),
      ),
      timeout: Type.Optional(
        durationField({
          title: 'Wait at most',
          description: 'Counts from the first path that comes.',
          default: { amount: 1, unit: 'hours' },
          'x-show-if': { limit: true },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    merged: { title: 'Together', tone: 'positive', output: outputSchema(joined) },
    incomplete: {
      title: 'Too few',
      description: 'No more paths can come, and fewer than the number came.',
      tone: 'negative',
      output: outputSchema(joined),
    },
    timeout: {
      title: 'Time is up',
      description: 'Goes on with the paths that came.',
      tone: 'negative',
      output: outputSchema(joined),
    },
  },
  // It waits for paths, not for a clock; only a limit of its own is a time.
  lint: { waitsUpToMs: 0 },
  cardText:
    "{% if config.mode == 'first' %}The first path{% elsif config.mode == 'count' %}{{ config.count }} paths{% else %}All paths{% endif %}",
  defaults: { mode: 'all', count: 2, limit: false, timeout: { amount: 1, unit: 'hours' } },
});
