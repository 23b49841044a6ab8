import { defineNode } from '@heddle/engine';
import { CardSchema } from '@heddle/schemas';
import { Type } from 'typebox';
import { connectionField } from '../../form-fields.ts';
import { outputSchema } from '../../output-schema.ts';
import { BASIC_SCOPE, MESSAGES_SCOPE } from '../scopes.ts';
import { windowClosedPort } from '../window-closed-port.ts';

/** Sends one to ten cards side by side. */
export const sendCarousel = defineNode({
  type: 'instagram/send-carousel',
  version: 1,
  title: 'Send a carousel',
  summary: 'Sends up to ten cards with picture, text and buttons, to swipe through.',
  icon: 'carousel-horizontal',
  category: 'message',
  effect: 'send',
  config: Type.Object(
    {
      connection: connectionField('The Instagram account that writes.'),
      cards: Type.Array(CardSchema, {
        title: 'Cards',
        description: 'Each needs a title and at least one thing more. Not shown on Instagram in a desktop browser.',
        minItems: 1,
        maxItems: 10,
        'x-widget': 'cards',
      }),
    },
    { additionalProperties: false },
  ),
  ports: {
    sent: {
      title: 'Sent',
      tone: 'positive',
      output: outputSchema({ messageId: ['string', 'Message id'], cardCount: ['integer', 'Number of cards'] }),
    },
    windowClosed: windowClosedPort,
  },
  connections: [{ field: 'connection', platform: 'instagram', scopes: [BASIC_SCOPE, MESSAGES_SCOPE] }],
  lint: { needsWindow: true },
  cardText:
    '{{ config.cards.size }} card{% if config.cards.size != 1 %}s{% endif %}{% assign first = config.cards | first %}{% if first.title %} · {{ first.title | truncate: 60 }}{% endif %}',
  preview: 'carousel',
  defaults: { cards: [{ title: '', subtitle: '', buttons: [] }] },
});
