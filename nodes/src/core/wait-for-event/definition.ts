import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { durationField, requiredTemplateField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

/** Parks the run until something is reported from outside. */
export const waitForEvent = defineNode({
  type: 'core/wait-for-event',
  version: 1,
  title: 'Wait for an event',
  summary: 'Waits until another system reports an event with this name and key, such as a payment of this order.',
  icon: 'antenna',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      name: Type.String({
        title: 'Event',
        description: 'Name under which it is reported.',
        pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,119}$',
        'x-widget': 'text',
        'x-placeholder': 'order.paid',
      }),
      key: requiredTemplateField({
        title: 'Key',
        description: 'Tells this one from others of the same name: only a report with the same key counts.',
        'x-placeholder': '{{ vars.orderNumber }}',
      }),
      timeout: durationField({
        title: 'Wait at most',
        description: 'At most a year.',
        default: { amount: 1, unit: 'days' },
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    arrived: { title: 'Reported', tone: 'positive', output: outputSchema({ data: ['object', 'Data of the report'] }) },
    timeout: {
      title: 'Not reported',
      tone: 'negative',
      output: outputSchema({ waitedMs: ['integer', 'Milliseconds waited'] }),
    },
  },
  hostNeeds: ['event'],
  lint: { waitsUpToMs: 86_400_000 },
  cardText: '{{ config.name }}',
  defaults: { name: '', key: '', timeout: { amount: 1, unit: 'days' } },
});
