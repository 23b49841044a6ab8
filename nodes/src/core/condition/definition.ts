import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { conditionField } from '../condition-field.ts';

/** Goes one of two ways. */
export const condition = defineNode({
  type: 'core/condition',
  version: 1,
  title: 'Check a condition',
  summary: 'Goes one way when your rules fit and another when they do not.',
  icon: 'git-branch',
  category: 'logic',
  effect: 'pure',
  config: Type.Object({ condition: conditionField('Goes "Yes" when') }, { additionalProperties: false }),
  ports: {
    yes: {
      title: 'Yes',
      tone: 'positive',
      output: outputSchema({ result: ['boolean', 'Result'], explanation: ['string', 'Why'] }),
    },
    no: {
      title: 'No',
      tone: 'negative',
      output: outputSchema({ result: ['boolean', 'Result'], explanation: ['string', 'Why'] }),
    },
  },
  cardText:
    '{% assign rule = config.condition.rules | first %}{% if rule.field %}{{ rule.field }} {{ rule.operator }} {{ rule.value }}{% else %}Group of rules{% endif %}{% if config.condition.rules.size > 1 %} · {{ config.condition.rules.size }} rules{% endif %}',
  defaults: { condition: { match: 'all', rules: [{ field: 'contact.username', operator: 'isNotEmpty' }] } },
});
