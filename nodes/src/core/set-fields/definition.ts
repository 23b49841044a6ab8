import { defineNode } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

/** Sets variables of the run, read as `vars.<name>`. */
export const setFields = defineNode({
  type: 'core/set-fields',
  version: 1,
  title: 'Set variables',
  summary: 'Keeps values for later nodes of this run, to be used as {{ vars.name }}.',
  icon: 'variable',
  category: 'data',
  effect: 'pure',
  config: Type.Object(
    {
      values: Type.Array(
        Type.Object(
          {
            name: Type.String({
              'x-assigns': 'vars',
              title: 'Name',
              pattern: '^[a-zA-Z][a-zA-Z0-9_]{0,63}$',
              'x-widget': 'text',
              'x-placeholder': 'product',
              'x-literal': true,
            }),
            // No type: a single {{ field }} keeps its own, such as a number or a list.
            value: Type.Unsafe<JsonValue>({
              title: 'Value',
              'x-widget': 'template',
              'x-placeholder': '{{ trigger.text }}',
            }),
          },
          { additionalProperties: false },
        ),
        { title: 'Variables', minItems: 1, maxItems: 50 },
      ),
    },
    { additionalProperties: false },
  ),
  ports: { done: { title: 'Done', output: outputSchema({ values: ['object', 'The variables that were set'] }) } },
  cardText: "{{ config.values | map: 'name' | join: ', ' }}",
  defaults: { values: [{ name: 'name', value: '' }] },
});
