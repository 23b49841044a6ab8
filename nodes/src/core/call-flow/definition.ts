import { defineNode } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { Type } from 'typebox';
import { durationField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

/** Runs another flow of the workspace and waits for its end. */
export const callFlow = defineNode({
  type: 'core/call-flow',
  version: 1,
  title: 'Run another flow',
  summary: 'Runs another live flow for the same person, waits until it has ended, and goes on with what it gives back.',
  icon: 'arrow-ramp-right',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      flow: Type.String({
        title: 'Flow',
        description: 'Its name. The version that is live when it is called runs.',
        minLength: 1,
        maxLength: 120,
        'x-widget': 'text',
      }),
      inputs: Type.Optional(
        Type.Record(Type.String(), Type.Unsafe<JsonValue>({}), {
          title: 'Values to give it',
          description: 'It reads them as inputs.<name> and trigger.data.<name>.',
          'x-widget': 'json',
          'x-placeholder': '{ "product": "{{ vars.product }}" }',
        }),
      ),
      limit: Type.Optional(Type.Boolean({ title: 'Do not wait for ever', default: false, 'x-widget': 'switch' })),
      timeout: Type.Optional(
        durationField({
          title: 'Wait at most',
          description: 'Then the other run is cancelled.',
          default: { amount: 1, unit: 'days' },
          'x-show-if': { limit: true },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    done: {
      title: 'Done',
      tone: 'positive',
      output: outputSchema({
        output: ['any', 'What its last node put out'],
        vars: ['object', 'Its variables'],
      }),
    },
    timeout: {
      title: 'Time is up',
      tone: 'negative',
      output: outputSchema({ flow: ['string', 'Name of the flow'] }),
    },
  },
  hostNeeds: ['children'],
  // The other flow may wait for anything; a day is what closes the messaging window.
  lint: { waitsUpToMs: 86_400_000 },
  cardText: '{{ config.flow }}',
  defaults: { flow: '', inputs: {}, limit: false, timeout: { amount: 1, unit: 'days' } },
});
