import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';

/** Tells people who came by often from newcomers. */
export const regulars = defineNode({
  type: 'loyalty/regulars',
  version: 1,
  title: 'Regular or new?',
  summary: 'Counts visits of the person and tells regulars from newcomers.',
  icon: 'heart',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    { visits: Type.Integer({ title: 'Regular after', minimum: 1, maximum: 1000, default: 3, 'x-widget': 'number' }) },
    { additionalProperties: false },
  ),
  ports: {
    regular: {
      title: 'Regular',
      tone: 'positive',
      output: { type: 'object', properties: { count: { type: 'integer', title: 'Visits' } } },
    },
    newcomer: {
      title: 'Newcomer',
      output: { type: 'object', properties: { count: { type: 'integer', title: 'Visits' } } },
    },
  },
  services: ['contacts'],
  cardText: 'Regular after {{ config.visits }} visits',
  defaults: { visits: 3 },
});
