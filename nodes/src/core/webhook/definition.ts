import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

/** Starts a run for a call of the flow's own web address. */
export const webhook = defineNode({
  type: 'core/webhook',
  version: 1,
  title: 'When another system calls',
  summary: 'Starts when another program sends data to the web address of this flow.',
  icon: 'webhook',
  category: 'trigger',
  role: 'trigger',
  effect: 'pure',
  config: Type.Object(
    {
      requiredFields: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
          title: 'Fields that must be there',
          description:
            'Calls without one of these in their body or address start nothing. Paths with dots, such as order.id.',
          maxItems: 50,
          'x-widget': 'keywords',
          'x-placeholder': 'order.id',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    matched: {
      title: 'Called',
      tone: 'positive',
      output: outputSchema({
        body: ['any', 'Body of the call'],
        query: ['object', 'Values in the address'],
        headers: ['object', 'Headers of the call'],
      }),
    },
  },
  events: ['core/webhook'],
  cardText:
    "{% if config.requiredFields.size > 0 %}Needs {{ config.requiredFields | join: ', ' }}{% else %}Every call{% endif %}",
  defaults: { requiredFields: [] },
});
