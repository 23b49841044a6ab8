import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { durationField, requiredTemplateField, templateAreaField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

const decision = {
  by: ['string', 'Member who decided'],
  note: ['string', 'Note of the member'],
} as const;

/** Parks the run until a member says yes or no. */
export const waitForApproval = defineNode({
  type: 'core/wait-for-approval',
  version: 1,
  title: 'Wait for approval',
  summary: 'Asks the members of the workspace and waits until one of them approves or rejects.',
  icon: 'user-check',
  category: 'logic',
  effect: 'pure',
  config: Type.Object(
    {
      title: requiredTemplateField({ title: 'What is to be decided', 'x-placeholder': 'Publish this product?' }),
      text: templateAreaField({ title: 'What the members should know' }),
      timeout: durationField({
        title: 'Wait at most',
        description: 'At most a year.',
        default: { amount: 7, unit: 'days' },
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    approved: { title: 'Approved', tone: 'positive', output: outputSchema(decision) },
    rejected: { title: 'Rejected', tone: 'negative', output: outputSchema(decision) },
    timeout: {
      title: 'Nobody decided',
      tone: 'negative',
      output: outputSchema({ waitedMs: ['integer', 'Milliseconds waited'] }),
    },
  },
  hostNeeds: ['approval'],
  lint: { waitsUpToMs: 604_800_000 },
  cardText: '{{ config.title | truncate: 80 }}',
  defaults: { title: '', text: '', timeout: { amount: 7, unit: 'days' } },
});
