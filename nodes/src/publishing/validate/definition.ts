import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { accountField, accountNeed, captionField, mediaField } from '../post-fields.ts';

/** Looks before anything is uploaded: account, posts left today, pictures and caption. */
export const validate = defineNode({
  type: 'publishing/validate',
  version: 1,
  title: 'Check the post',
  summary: 'Checks account, posts left today, pictures and caption. Waits when the daily number of posts is used up.',
  icon: 'checklist',
  category: 'publish',
  effect: 'read',
  config: Type.Object(
    { connection: accountField, caption: captionField, media: mediaField },
    { additionalProperties: false },
  ),
  ports: {
    valid: {
      title: 'All in order',
      tone: 'positive',
      output: outputSchema({
        pictures: ['integer', 'Number of pictures'],
        quotaUsed: ['integer', 'Posts published in the last 24 hours'],
        quotaTotal: ['integer', 'Posts allowed in 24 hours'],
      }),
    },
    invalid: {
      title: 'Something is wrong',
      description: 'Nothing was uploaded. The reason says what to do.',
      tone: 'negative',
      output: outputSchema({
        reason: ['string', 'What is wrong and what to do'],
        problems: ['array', 'Each problem'],
      }),
    },
  },
  connections: [accountNeed],
  // Ten pictures are looked at, each at an address that may answer slowly.
  timeoutMs: 120_000,
  lint: { waitsUpToMs: 25 * 3_600_000 },
  cardText: 'Account, posts left today, pictures, caption',
  defaults: { caption: '{{ trigger.caption }}' },
});
