import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { templateAreaField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

const output = outputSchema({
  name: ['string', 'Product name'],
  description: ['string', 'Description'],
  priceMinor: ['integer', 'Price in the smallest unit', '150000 are KES 1,500.00'],
  currency: ['string', 'Currency'],
  wasPriceMinor: ['integer', 'Price before the reduction'],
  category: ['string', 'Category'],
  tags: ['array', 'Tags'],
  variants: ['array', 'Variants'],
  confidence: ['number', 'Confidence from 0 to 1'],
  needsReview: ['boolean', 'Needs a look'],
  extractor: ['string', 'Who read it: model or rules'],
  notes: ['array', 'What to look at'],
  mediaId: ['string', 'Post id'],
  pictureUrl: ['string', 'Picture'],
  permalink: ['string', 'Link to the post'],
  caption: ['string', 'Caption'],
  scanId: ['string', 'Scan'],
});

/** Reads a product out of a caption. */
export const extractProduct = defineNode({
  type: 'catalog/extract-product',
  version: 1,
  title: 'Read product from caption',
  summary: 'Finds name, price, category and variants in a caption: with AI when it is set up, otherwise by rules.',
  icon: 'file-search',
  category: 'catalog',
  effect: 'read',
  config: Type.Object(
    {
      defaultCurrency: Type.String({
        title: 'Usual currency',
        description: 'For prices without one, such as "bei ni 800". Three letters.',
        pattern: '^[A-Z]{3}$',
        'x-widget': 'text',
        'x-placeholder': 'KES',
      }),
      usesModel: Type.Boolean({
        title: 'Let AI read it',
        description: 'Each caption is paid for once. Without AI, or when it fails, rules read it.',
        default: true,
        'x-widget': 'switch',
      }),
      caption: Type.Optional(
        templateAreaField({
          title: 'Caption',
          description: 'Left empty: the caption of the post that came here.',
          'x-advanced': true,
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    found: { title: 'Product found', tone: 'positive', output },
    unclear: { title: 'No product seen', description: 'Nothing in the caption looks like a product.', output },
  },
  services: ['ai'],
  cardText: 'Usual currency {{ config.defaultCurrency }}',
  defaults: { defaultCurrency: 'KES', usesModel: true, caption: '' },
  timeoutMs: 180_000,
});
