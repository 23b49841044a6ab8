import type { FlowDocument } from '@heddle/schemas';

/** The shipped price flow up to its first private message: it ends by itself, so that "every run completes" can be counted. */
export const PRICE_FLOW: FlowDocument = {
  formatVersion: 1,
  name: 'Send the price when somebody comments',
  connections: { shop: { platform: 'instagram', label: 'Your Instagram account' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'word', keywords: ['price'], posts: 'any', includeReplies: false },
    },
    publicReply: {
      type: 'instagram/reply-to-comment',
      v: 1,
      config: {
        connection: '@shop',
        variations: ['Thanks for asking! We just sent you a message.', 'Look into your messages!'],
        commentId: '{{ trigger.commentId }}',
      },
      retry: { attempts: 3, backoff: 'exponential', baseMs: 500 },
    },
    message: {
      type: 'instagram/private-reply',
      v: 1,
      config: {
        connection: '@shop',
        text: 'Hi {{ contact.username | default: "there" }}! It is KES 2,500.',
        commentId: '{{ trigger.commentId }}',
      },
      retry: { attempts: 3, backoff: 'exponential', baseMs: 500 },
    },
  },
  edges: [
    { from: 'asked.matched', to: 'publicReply' },
    { from: 'publicReply.sent', to: 'message' },
  ],
};
