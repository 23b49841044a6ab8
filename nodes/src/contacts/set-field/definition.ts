import { defineNode } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

/** Keeps a value with the person, for this and every later run. */
export const setField = defineNode({
  type: 'contacts/set-field',
  version: 1,
  title: 'Set a field of the person',
  summary: 'Keeps a value with the person for later, to be used as {{ contact.fields.name }}.',
  icon: 'user-edit',
  category: 'data',
  effect: 'pure',
  config: Type.Object(
    {
      name: Type.String({
        'x-assigns': 'contact.fields',
        title: 'Field',
        pattern: '^[a-zA-Z][a-zA-Z0-9_]{0,63}$',
        'x-widget': 'text',
        'x-options': true,
        'x-placeholder': 'city',
      }),
      // No type: a single {{ field }} keeps its own, such as a number.
      value: Type.Unsafe<JsonValue>({ title: 'Value', 'x-widget': 'template', 'x-placeholder': '{{ trigger.text }}' }),
    },
    { additionalProperties: false },
  ),
  ports: { done: { title: 'Done', output: outputSchema({ name: ['string', 'Field'], value: ['any', 'Value'] }) } },
  services: ['contacts'],
  cardText: '{{ config.name }} = {{ config.value }}',
  defaults: { name: '', value: '' },
});
