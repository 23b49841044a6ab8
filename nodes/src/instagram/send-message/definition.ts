import { defineNode } from '@heddle/engine';
import { Type } from 'typebox';
import { connectionField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { MessagePartSchema } from '../message-parts.ts';
import { BASIC_SCOPE, MESSAGES_SCOPE } from '../scopes.ts';
import { windowClosedPort } from '../window-closed-port.ts';

/** Sends up to five bubbles as direct messages. */
export const sendMessage = defineNode({
  type: 'instagram/send-message',
  version: 1,
  title: 'Send a message',
  summary: 'Sends text, pictures, videos, sounds or buttons to the person, as up to five bubbles.',
  icon: 'send',
  category: 'message',
  effect: 'send',
  config: Type.Object(
    {
      connection: connectionField('The Instagram account that writes.'),
      parts: Type.Array(MessagePartSchema, {
        title: 'Message',
        description: 'Sent one after the other, each as a bubble of its own.',
        minItems: 1,
        maxItems: 5,
        'x-widget': 'parts',
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    sent: {
      title: 'Sent',
      tone: 'positive',
      output: outputSchema({
        messageId: ['string', 'Id of the last bubble'],
        messageIds: ['array', 'Ids of all bubbles'],
        text: ['string', 'Text that was sent'],
      }),
    },
    windowClosed: windowClosedPort,
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, MESSAGES_SCOPE] }],
  lint: { needsWindow: true },
  cardText:
    '{% assign first = config.parts | first %}{% if first.text %}{{ first.text | truncate: 80 }}{% elsif first.kind %}{{ first.kind | capitalize }}{% endif %}{% if config.parts.size > 1 %} · {{ config.parts.size }} bubbles{% endif %}',
  preview: 'message',
  defaults: { parts: [{ kind: 'text', text: '' }] },
  timeoutMs: 60_000,
});
