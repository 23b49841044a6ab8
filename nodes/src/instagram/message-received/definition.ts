import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { keywordsField, matchField } from '../keyword-fields.ts';
import { BASIC_SCOPE, MESSAGES_SCOPE } from '../scopes.ts';

/** Starts a run for a direct message, a tapped button or an answered story. */
export const messageReceived = defineNode({
  type: 'instagram/message-received',
  version: 1,
  title: 'When someone writes a message',
  summary: 'Starts when a person sends a direct message, answers a story or taps a button.',
  icon: 'message-2-down',
  category: 'trigger',
  role: 'trigger',
  effect: 'pure',
  config: Type.Object(
    {
      connection: connectionField('The Instagram account that is written to.'),
      match: matchField,
      keywords: keywordsField,
      payloads: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: 1000 }), {
          title: 'Also for these buttons',
          description: 'Payloads of quick replies, buttons, ice breakers or menu entries, exactly as set there.',
          maxItems: 100,
          'x-widget': 'keywords',
          'x-group': 'Buttons and stories',
          'x-placeholder': 'ORDER_NOW',
          'x-advanced': true,
        }),
      ),
      stories: Type.Enum(['include', 'only', 'exclude'], {
        title: 'Answers to stories',
        default: 'include',
        'x-widget': 'select',
        'x-group': 'Buttons and stories',
        'x-enum-titles': {
          include: 'count like other messages',
          only: 'and mentions are all that counts',
          exclude: 'do not count',
        },
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    matched: {
      title: 'Message fits',
      tone: 'positive',
      output: outputSchema({
        messageId: ['string', 'Message id'],
        text: ['string', 'Message text', 'Empty for a picture or voice message'],
        keyword: ['string', 'Word that fitted', 'Empty when every message counts'],
        payload: ['string', 'Payload of the tapped button', 'Empty when nothing was tapped'],
        source: ['string', 'How it came', 'message, quickReply, postback, storyReply or storyMention'],
        username: ['string', 'User name of the person'],
        name: ['string', 'Name of the person'],
        storyId: ['string', 'Story that is answered'],
        storyUrl: ['string', 'Address of the story'],
        attachments: ['array', 'Pictures, videos and voice messages'],
        referral: ['object', 'Link or ad that brought the person'],
      }),
    },
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, MESSAGES_SCOPE] }],
  events: ['instagram/message', 'instagram/postback'],
  lint: { opensWindow: true },
  cardText:
    "{% if config.stories == 'only' %}Story answers · {% endif %}{% if config.match == 'any' %}Any message{% else %}{{ config.keywords | join: ', ' }}{% endif %}",
  defaults: { match: 'word', keywords: [], payloads: [], stories: 'include' },
});
