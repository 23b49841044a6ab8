import { defineHandler, done } from '@heddle/engine';
import { replyToComment } from './definition.ts';

export const replyToCommentHandler = defineHandler(replyToComment, {
  run: async ({ config, random, send }) => {
    // The same draw each time this visit runs: a retry never sends another text under the same key.
    const index = Math.min(config.variations.length - 1, Math.floor(random() * config.variations.length));
    const text = config.variations[index] ?? '';
    const receipt = await send({
      key: '1',
      connection: config.connection,
      action: { kind: 'commentReply', commentId: config.commentId, text },
    });
    return done('sent', { commentId: receipt.platformId ?? '', text, variation: index + 1 });
  },
});
