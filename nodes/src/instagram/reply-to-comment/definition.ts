import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField, requiredTemplateField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { BASIC_SCOPE, COMMENTS_SCOPE } from '../scopes.ts';

/** Answers a comment in public, with one of several texts. */
export const replyToComment = defineNode({
  type: 'instagram/reply-to-comment',
  version: 1,
  title: 'Reply to the comment',
  summary: 'Answers the comment in public. Picks one of your texts at random, so that replies do not look copied.',
  icon: 'message-reply',
  category: 'message',
  effect: 'send',
  config: Type.Object(
    {
      connection: connectionField('The Instagram account that answers.'),
      variations: Type.Array(
        Type.String({
          title: 'Reply',
          minLength: 1,
          maxLength: 2200,
          'x-widget': 'template-area',
          'x-placeholder': '@{{ trigger.username }} sent you a message!',
        }),
        {
          title: 'Replies',
          description:
            'Write three or more: Instagram takes the same text again and again for spam. Keep each under 300 characters.',
          minItems: 1,
          maxItems: 20,
          'x-widget': 'list-of-templates',
        },
      ),
      commentId: requiredTemplateField({
        title: 'Comment',
        description: 'Id of the comment to answer; as it stands, the one that started the flow.',
        default: '{{ trigger.commentId }}',
        'x-advanced': true,
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    sent: {
      title: 'Replied',
      tone: 'positive',
      output: outputSchema({
        commentId: ['string', 'Id of our reply'],
        text: ['string', 'Text that was chosen'],
        variation: ['integer', 'Number of the text, from 1'],
      }),
    },
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, COMMENTS_SCOPE] }],
  cardText:
    '{{ config.variations | first | truncate: 80 }}{% if config.variations.size > 1 %} · {{ config.variations.size }} variations{% endif %}',
  preview: 'comment',
  defaults: { variations: [''], commentId: '{{ trigger.commentId }}' },
});
