import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { accountField, accountNeed, captionField, mediaField } from '../post-fields.ts';

/**
 * Hands pictures and caption to Instagram, where the post waits unseen. Effect `send`, so that each container is recorded with its id and
 * a run that goes on after a crash uses it; an unclear call counts as not sent, because a lost container does no harm.
 */
export const createContainer = defineNode({
  type: 'publishing/create-container',
  version: 1,
  title: 'Prepare the post',
  summary: 'Hands the pictures and the caption to Instagram. Nothing is visible yet.',
  icon: 'photo-up',
  category: 'publish',
  effect: 'send',
  config: Type.Object(
    { connection: accountField, caption: captionField, media: mediaField },
    { additionalProperties: false },
  ),
  ports: {
    created: {
      title: 'Prepared',
      tone: 'positive',
      output: outputSchema({
        containerId: ['string', 'Prepared post'],
        childIds: ['array', 'Prepared pictures of a carousel'],
      }),
    },
  },
  connections: [accountNeed],
  timeoutMs: 180_000,
  lint: { waitsUpToMs: 600_000 },
  cardText: 'Pictures and caption for {{ config.connection }}',
  defaults: { caption: '{{ trigger.caption }}' },
});
