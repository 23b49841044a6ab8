import type { FlowDocument } from '@heddle/schemas';

const connections = { shop: { platform: 'instagram', label: 'Your Instagram account' } };

/** Texts name the run and the node, so that each effect at the platform can be told from every other: this is its client key. */
const text = (number: number, of: string): string => `${number}/4 for {{ trigger.${of} }}`;

const message = (number: number): FlowDocument['nodes'][string] => ({
  type: 'instagram/send-message',
  v: 1,
  config: { connection: '@shop', parts: [{ kind: 'text', text: text(number, 'messageId') }] },
});

const reply = (number: number): FlowDocument['nodes'][string] => ({
  type: 'instagram/reply-to-comment',
  v: 1,
  config: { connection: '@shop', variations: [text(number, 'commentId')], commentId: '{{ trigger.commentId }}' },
});

/** A message is answered by four messages. */
export const FOUR_MESSAGES: FlowDocument = {
  formatVersion: 1,
  name: 'Four messages',
  connections,
  nodes: {
    asked: {
      type: 'instagram/message-received',
      v: 1,
      config: { connection: '@shop', match: 'word', keywords: ['price'], payloads: [], stories: 'include' },
    },
    first: message(1),
    second: message(2),
    third: message(3),
    fourth: message(4),
  },
  edges: [
    { from: 'asked.matched', to: 'first' },
    { from: 'first.sent', to: 'second' },
    { from: 'second.sent', to: 'third' },
    { from: 'third.sent', to: 'fourth' },
  ],
};

/** A comment is answered by three public replies and a private one. */
export const FOUR_REPLIES: FlowDocument = {
  formatVersion: 1,
  name: 'Four replies',
  connections,
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'word', keywords: ['price'], posts: 'any', includeReplies: false },
    },
    first: reply(1),
    second: {
      type: 'instagram/private-reply',
      v: 1,
      config: { connection: '@shop', text: text(2, 'commentId'), commentId: '{{ trigger.commentId }}' },
    },
    third: reply(3),
    fourth: reply(4),
  },
  edges: [
    { from: 'asked.matched', to: 'first' },
    { from: 'first.sent', to: 'second' },
    { from: 'second.sent', to: 'third' },
    { from: 'third.sent', to: 'fourth' },
  ],
};

export const SENDS_PER_RUN = 4;
