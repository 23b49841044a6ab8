import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';

const output = outputSchema({
  draftId: ['string', 'Draft'],
  status: ['string', 'State of the draft', 'pending, approved, rejected or expired'],
  name: ['string', 'Product name'],
});

/** Keeps what was read as a draft that a person approves. */
export const saveDraft = defineNode({
  type: 'catalog/save-draft',
  version: 1,
  title: 'Save product draft',
  summary: 'Keeps the product that was read as a draft on the Catalog page, where a person approves it.',
  icon: 'clipboard-check',
  category: 'catalog',
  effect: 'read',
  config: Type.Object(
    {
      tags: Type.Optional(
        Type.Array(Type.String({ title: 'Tag', minLength: 1, maxLength: 60 }), {
          title: 'Tags to add',
          maxItems: 10,
          'x-widget': 'keywords',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    saved: { title: 'Draft saved', description: 'It waits on the Catalog page, or was decided there before.', output },
    approved: {
      title: 'Approved at once',
      description: 'It is surer than the limit for approving by itself.',
      tone: 'positive',
      output,
    },
  },
  cardText: 'For approval on the Catalog page',
  defaults: { tags: [] },
});
