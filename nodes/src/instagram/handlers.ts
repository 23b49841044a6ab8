import type { NodeHandler } from '@heddle/engine';
import { commentReceivedHandler } from './comment-received/handler.ts';
import { messageReceivedHandler } from './message-received/handler.ts';
import { sendMessageHandler } from './send-message/handler.ts';
import { sendCarouselHandler } from './send-carousel/handler.ts';
import { replyToCommentHandler } from './reply-to-comment/handler.ts';
import { privateReplyHandler } from './private-reply/handler.ts';

/** Code of the plugin `instagram`. */
export const instagramHandlers: readonly NodeHandler[] = [
  commentReceivedHandler,
  messageReceivedHandler,
  sendMessageHandler,
  sendCarouselHandler,
  replyToCommentHandler,
  privateReplyHandler,
];
