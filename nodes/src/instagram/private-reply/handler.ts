import { defineHandler, done } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import { privateReply } from './definition.ts';

/** Instagram's subcode for a comment that had its private reply, or takes none (platforms.md F.2). */
const REFUSED_SUBCODE = 2534025;

export const privateReplyHandler = defineHandler(privateReply, {
  run: async ({ config, send }) => {
    try {
      const receipt = await send({
        key: '1',
        connection: config.connection,
        action: { kind: 'privateReply', commentId: config.commentId, message: { kind: 'text', text: config.text } },
      });
      return done('sent', {
        messageId: receipt.platformId ?? '',
        recipientId: receipt.recipientId ?? '',
        text: config.text,
      });
    } catch (error) {
      if (error instanceof FlowError && isRefusal(error)) return done('refused', { reason: error.message });
      throw error;
    }
  },
});

/** Refused by our own rules (`SEND_REFUSED`), by the window, or by Instagram with the private-reply subcode. */
function isRefusal(error: FlowError): boolean {
  if (error.code === 'SEND_WINDOW_CLOSED' || error.code === 'SEND_REFUSED') return true;
  return error.code === 'PLATFORM_REFUSED' && error.details?.['subcode'] === REFUSED_SUBCODE;
}
