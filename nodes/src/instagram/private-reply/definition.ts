import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField, requiredTemplateAreaField, requiredTemplateField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { BASIC_SCOPE, COMMENTS_SCOPE, MESSAGES_SCOPE } from '../scopes.ts';

/** Answers a comment by one direct message. Text only: nothing else is documented for private replies. */
export const privateReply = defineNode({
  type: 'instagram/private-reply',
  version: 1,
  title: 'Message the commenter',
  summary: 'Sends one private message to the person who commented. Ask something: the next message needs their answer.',
  icon: 'message-circle-share',
  category: 'message',
  effect: 'send',
  config: Type.Object(
    {
      connection: connectionField('The Instagram account that writes.'),
      text: requiredTemplateAreaField({
        title: 'Message',
        description: 'Instagram allows one per comment, within 7 days. End with a question.',
        'x-max-bytes': 1000,
        'x-placeholder': 'Hi! Shall I send you the price list? Answer YES.',
      }),
      commentId: requiredTemplateField({
        title: 'Comment',
        description: 'Id of the comment; as it stands, the one that started the flow.',
        default: '{{ trigger.commentId }}',
        'x-advanced': true,
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    sent: {
      title: 'Sent',
      tone: 'positive',
      output: outputSchema({
        messageId: ['string', 'Message id'],
        recipientId: ['string', 'Platform id of the person'],
        text: ['string', 'Text that was sent'],
      }),
    },
    refused: {
      title: 'Not possible',
      description: 'The comment had its private reply already, is older than 7 days, or takes none. Nothing was sent.',
      tone: 'negative',
      output: outputSchema({ reason: ['string', 'Why it was not sent'] }),
    },
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, MESSAGES_SCOPE, COMMENTS_SCOPE] }],
  cardText: '{{ config.text | truncate: 80 }}',
  preview: 'message',
  defaults: { text: '', commentId: '{{ trigger.commentId }}' },
});
