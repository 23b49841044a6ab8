import type { FlowDocument } from '@heddle/schemas';

/** A comment is answered in public: one send, and no limit of the platform per hour stands in the way of a steady load. */
export const COMMENT_FLOW: FlowDocument = {
  formatVersion: 1,
  name: 'Thank for a comment',
  connections: { shop: { platform: 'instagram', label: 'Your Instagram account' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'word', keywords: ['price'], posts: 'any', includeReplies: false },
    },
    reply: {
      type: 'instagram/reply-to-comment',
      v: 1,
      config: { connection: '@shop', variations: ['Thank you!'], commentId: '{{ trigger.commentId }}' },
      retry: { attempts: 5, backoff: 'exponential', baseMs: 500 },
    },
  },
  edges: [{ from: 'asked.matched', to: 'reply' }],
};
