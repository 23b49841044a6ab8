import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { accountField, accountNeed, captionField, containerIdField } from '../post-fields.ts';

/** Makes the prepared post visible, once. Afterwards only its link is read; nothing of that leads to a second publishing. */
export const publish = defineNode({
  type: 'publishing/publish',
  version: 1,
  title: 'Publish',
  summary:
    'Makes the prepared post visible, once. When the outcome is unclear, Instagram is asked; it is never published again.',
  icon: 'send',
  category: 'publish',
  effect: 'send',
  config: Type.Object(
    { connection: accountField, containerId: containerIdField, caption: captionField },
    { additionalProperties: false },
  ),
  ports: {
    published: {
      title: 'Published',
      tone: 'positive',
      output: outputSchema({
        mediaId: ['string', 'Id of the post'],
        permalink: ['string', 'Link to the post', 'Empty when Instagram did not give it yet'],
      }),
    },
    notReady: {
      title: 'Not ready yet',
      description: 'Instagram is still preparing it. Nothing was published; lead it back to the waiting.',
      output: outputSchema({ containerId: ['string', 'Prepared post'] }),
    },
    failed: {
      title: 'Failed',
      description: 'Instagram refused it. Nothing was published.',
      tone: 'negative',
      output: outputSchema({ reason: ['string', 'Why, and what to do'], code: ['string', 'Error code'] }),
    },
    unconfirmed: {
      title: 'Not certain',
      description: 'The call went out and Instagram cannot tell what became of it. A person must look.',
      tone: 'negative',
      output: outputSchema({ reason: ['string', 'What is not certain'], containerId: ['string', 'Prepared post'] }),
    },
  },
  connections: [accountNeed],
  timeoutMs: 60_000,
  cardText: 'Once, to {{ config.connection }}',
  defaults: { containerId: '{{ input.containerId }}', caption: '{{ trigger.caption }}' },
});
