import { defineHandler, done } from '@heddle/engine';
import { requireContact, takeWindowClosed } from '../../send-outcome.ts';
import type { MessagePart } from '../message-parts.ts';
import { sendMessage } from './definition.ts';

/** Bubble n is sent under the key "n", so a run that starts over after a crash goes on with the first one that was not sent. */
export const sendMessageHandler = defineHandler(sendMessage, {
  run: async ({ config, contact, send }) => {
    const to = requireContact(contact).platformId;
    const messageIds: string[] = [];
    for (const [index, message] of config.parts.entries()) {
      try {
        const receipt = await send({
          key: String(index + 1),
          connection: config.connection,
          action: { kind: 'message', to, message },
        });
        messageIds.push(receipt.platformId ?? '');
      } catch (error) {
        const closed = takeWindowClosed(error);
        return done('windowClosed', { reason: closed.message, sentCount: index });
      }
    }
    return done('sent', { messageId: messageIds.at(-1) ?? '', messageIds, text: joinTexts(config.parts) });
  },
});

function joinTexts(parts: readonly MessagePart[]): string {
  return parts.flatMap((part) => ('text' in part ? [part.text] : [])).join('\n');
}
