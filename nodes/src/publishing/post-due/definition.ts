import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { outputSchema } from '../../output-schema.ts';
import { accountField, accountNeed } from '../post-fields.ts';

/** Starts when a post of the Publishing page is due, or somebody pressed "Publish now". */
export const postDue = defineNode({
  type: 'publishing/post-due',
  version: 1,
  title: 'A post is due',
  summary: 'Starts when the time of a scheduled post has come, or when a member presses "Publish now".',
  icon: 'calendar-time',
  category: 'trigger',
  role: 'trigger',
  effect: 'pure',
  config: Type.Object({ connection: accountField }, { additionalProperties: false }),
  ports: {
    due: {
      title: 'Due',
      tone: 'positive',
      output: outputSchema({
        postId: ['string', 'Post'],
        caption: ['string', 'Caption'],
        media: ['array', 'Pictures', 'Each with "url" and "altText"'],
        timeZone: ['string', 'Time zone of the schedule'],
        revision: ['integer', 'Revision of the post'],
        attempt: ['integer', 'Which try this is, from 1'],
      }),
    },
  },
  connections: [accountNeed],
  events: ['publishing/post-due'],
  cardText: 'A post for {{ config.connection }}',
  defaults: {},
});
