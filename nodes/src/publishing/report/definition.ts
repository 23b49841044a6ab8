import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { templateAreaField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';

/** What can be said of a post. */
export const POST_OUTCOMES = ['published', 'failed', 'unconfirmed'] as const;

/** Writes the outcome to the post on the Publishing page. */
export const report = defineNode({
  type: 'publishing/report',
  version: 1,
  title: 'Note the outcome',
  summary: 'Shows on the Publishing page what became of the post: its link, or the reason.',
  icon: 'clipboard-check',
  category: 'publish',
  // A record that is written twice is the same record.
  effect: 'read',
  config: Type.Object(
    {
      outcome: Type.Enum([...POST_OUTCOMES], {
        title: 'The post is',
        default: 'published',
        'x-widget': 'select',
        'x-enum-titles': { published: 'published', failed: 'not published', unconfirmed: 'not certain' },
      }),
      reason: Type.Optional(
        templateAreaField({
          title: 'Reason',
          description: 'Left empty: the reason of the node before.',
          'x-show-if': { outcome: ['failed', 'unconfirmed'] },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  ports: {
    done: {
      title: 'Noted',
      output: outputSchema({
        postId: ['string', 'Post'],
        outcome: ['string', 'Outcome'],
        permalink: ['string', 'Link to the post'],
        reason: ['string', 'Reason'],
      }),
    },
  },
  cardText: 'The post is {{ config.outcome }}',
  defaults: { outcome: 'published' },
});
