import { defineHandler, done } from '@heddle/engine';
import { requireContact, takeWindowClosed } from '../../send-outcome.ts';
import { sendCarousel } from './definition.ts';

export const sendCarouselHandler = defineHandler(sendCarousel, {
  run: async ({ config, contact, send }) => {
    const to = requireContact(contact).platformId;
    try {
      const receipt = await send({
        key: '1',
        connection: config.connection,
        action: { kind: 'message', to, message: { kind: 'carousel', cards: config.cards } },
      });
      return done('sent', { messageId: receipt.platformId ?? '', cardCount: config.cards.length });
    } catch (error) {
      return done('windowClosed', { reason: takeWindowClosed(error).message, sentCount: 0 });
    }
  },
});
