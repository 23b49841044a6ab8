import type { NodeDefinition } from '@heddle/schemas';
import { commentReceived } from './comment-received/definition.ts';
import { messageReceived } from './message-received/definition.ts';
import { sendMessage } from './send-message/definition.ts';
import { sendCarousel } from './send-carousel/definition.ts';
import { replyToComment } from './reply-to-comment/definition.ts';
import { privateReply } from './private-reply/definition.ts';

/** Node types of the plugin `instagram`, in palette order. Browser safe. */
export const instagramDefinitions: readonly NodeDefinition[] = [
  commentReceived,
  messageReceived,
  sendMessage,
  sendCarousel,
  replyToComment,
  privateReply,
];
