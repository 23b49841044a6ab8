import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { portIdField } from '../port-id-field.ts';

/** Shares people out between variants; the same person always gets the same one. */
export const abSplit = defineNode({
  type: 'core/ab-split',
  version: 1,
  title: 'A/B split',
  summary: 'Shares people out between two to five variants. The same person always gets the same one.',
  icon: 'arrows-shuffle',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      variants: Type.Array(
        Type.Object(
          {
            id: portIdField([]),
            label: Type.String({ title: 'Name', minLength: 1, maxLength: 80, 'x-widget': 'text' }),
            weight: Type.Number({
              title: 'Share',
              description: 'Compared with the others: 1 and 1 is half each, 3 and 1 is three quarters.',
              minimum: 0,
              maximum: 1000,
              default: 1,
              'x-widget': 'number',
            }),
          },
          { additionalProperties: false },
        ),
        { title: 'Variants', minItems: 2, maxItems: 5, 'x-widget': 'variants' },
      ),
    },
    { additionalProperties: false },
  ),
  ports: {},
  portsFrom: {
    path: 'variants',
    idKey: 'id',
    titleKey: 'label',
    output: outputSchema({ variant: ['string', 'Id of the variant'], label: ['string', 'Name of the variant'] }),
  },
  cardText:
    '{% for variant in config.variants %}{{ variant.label }} {{ variant.weight }}{% unless forloop.last %} / {% endunless %}{% endfor %}',
  defaults: {
    variants: [
      { id: 'a', label: 'A', weight: 50 },
      { id: 'b', label: 'B', weight: 50 },
    ],
  },
});
