import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { conditionField } from '../condition-field.ts';
import { portIdField } from '../port-id-field.ts';

/** Goes the way of the first case that fits. */
export const switchCases = defineNode({
  type: 'core/switch',
  version: 1,
  title: 'Choose between cases',
  summary: 'Tries your cases from top to bottom and goes the way of the first one that fits.',
  icon: 'arrows-split',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      cases: Type.Array(
        Type.Object(
          {
            id: portIdField(['otherwise']),
            label: Type.String({ title: 'Name', minLength: 1, maxLength: 80, 'x-widget': 'text' }),
            condition: conditionField('Fits when'),
          },
          { additionalProperties: false },
        ),
        { title: 'Cases', description: 'Each has an exit of its own.', minItems: 1, maxItems: 20, 'x-widget': 'cases' },
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    otherwise: {
      title: 'None fits',
      output: outputSchema({ case: ['string', 'Id of the case'], label: ['string', 'Name of the case'] }),
    },
  },
  portsFrom: {
    path: 'cases',
    idKey: 'id',
    titleKey: 'label',
    output: outputSchema({ case: ['string', 'Id of the case'], label: ['string', 'Name of the case'] }),
  },
  cardText: "{{ config.cases | map: 'label' | join: ' / ' | truncate: 100 }}",
  defaults: {
    cases: [
      {
        id: 'case1',
        label: 'Case 1',
        condition: { match: 'all', rules: [{ field: 'trigger.text', operator: 'contains', value: 'price' }] },
      },
    ],
  },
});
