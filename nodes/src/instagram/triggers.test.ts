import type { MatchResult, NodeHandler } from '@heddle/engine';
import { makeContact } from '@heddle/engine/test-kit';
import type { InboundEvent, JsonObject } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { commentReceivedHandler } from './comment-received/handler.ts';
import { messageReceivedHandler } from './message-received/handler.ts';

const contact = makeContact('instagram', { name: 'Peter C' });

function ask(handler: NodeHandler, kind: string, data: JsonObject, config: JsonObject): MatchResult {
  const event: InboundEvent = {
    kind,
    key: 'k',
    occurredAtMs: 1,
    contact: { platformId: '526', username: 'peter_c' },
    data,
  };
  if (handler.match === undefined) throw new TypeError('a trigger has "match"');
  return handler.match({
    config: { connection: '@shop', ...handler.definition.defaults, ...config },
    event,
    contact,
    nowMs: 1,
  });
}
const onComment = (text: string, config: JsonObject, data: JsonObject = {}) =>
  ask(
    commentReceivedHandler,
    'instagram/comment',
    { commentId: 'c1', text, mediaId: 'm1', mediaKind: 'FEED', ...data },
    config,
  );
const onMessage = (data: JsonObject, config: JsonObject, kind = 'instagram/message') =>
  ask(messageReceivedHandler, kind, { messageId: 'm1', ...data }, config);
const keywordOf = (result: MatchResult): unknown =>
  'reason' in result ? null : (result.output as JsonObject)['keyword'];

describe('keywords in what people write', () => {
  it.each<[string, string, string, string | null]>([
    ['word', 'price', 'PRICE?', 'price'],
    ['word', 'price', 'what is the price please', 'price'],
    ['word', 'price', 'prices', null],
    ['word', 'price', 'priceless', null],
    ['word', 'bei', 'Bei gani hii?', 'bei'],
    ['word', 'bei', 'beina', null],
    ['word', 'bei gani', 'naomba  bei\ngani', 'bei gani'],
    ['word', 'café', 'un CAFE por favor', 'café'],
    ['word', 'precio', 'Précio!', 'precio'],
    ['word', 'سعر', 'كم سعر هذا؟', 'سعر'],
    ['word', 'سعر', 'سِعْر', 'سعر'],
    ['word', '👍', 'I like it👍🏽', '👍'],
    ['word', '❤', 'love ❤️', '❤'],
    ['word', '値段', 'この値段は', '値段'],
    ['word', 'Straße', 'strasse', 'Straße'],
    ['contains', 'price', 'priceless', 'price'],
    ['contains', 'price', 'cost', null],
    ['exact', 'price', ' Price ', 'price'],
    ['exact', 'price', 'the price', null],
    ['startsWith', 'info', 'INFO please', 'info'],
    ['startsWith', 'info', 'more info', null],
    ['regex', '^size\\s*(\\d+)$', 'Size 42', '^size\\s*(\\d+)$'],
    ['regex', '^size\\s*(\\d+)$', 'my size 42', null],
    ['any', 'price', '', ''],
  ])('%s "%s" in "%s"', (match, keyword, text, expected) => {
    expect(keywordOf(onComment(text, { match, keywords: [keyword] }))).toBe(expected);
    expect(keywordOf(onMessage({ text }, { match, keywords: [keyword] }))).toBe(expected);
  });
});

describe('instagram/comment-received', () => {
  it('carries what later nodes need', () => {
    expect(onComment('PRICE?', { keywords: ['cost', 'price'] })).toEqual({
      output: {
        commentId: 'c1',
        text: 'PRICE?',
        keyword: 'price',
        username: 'peter_c',
        name: 'Peter C',
        mediaId: 'm1',
        mediaKind: 'FEED',
        parentId: null,
        isLive: false,
      },
      specificity: 60,
    });
  });

  it('looks at the post and at replies', () => {
    const any = { match: 'any' };
    expect(onComment('x', { ...any, posts: 'chosen', mediaIds: ['m1'] })).toMatchObject({ specificity: 110 });
    expect(onComment('x', { ...any, posts: 'chosen', mediaIds: ['m2'] })).toEqual({
      reason: 'The post is none of the chosen ones.',
    });
    expect(onComment('x', { ...any, posts: 'reels' })).toEqual({ reason: 'The post is no reel.' });
    expect(onComment('x', { ...any, posts: 'reels' }, { mediaKind: 'REELS' })).toMatchObject({ specificity: 20 });
    expect(onComment('x', any, { parentId: 'c0' })).toMatchObject({
      reason: expect.stringContaining('replies do not count'),
    });
    expect(onComment('x', { ...any, includeReplies: true }, { parentId: 'c0' })).toMatchObject({
      output: { parentId: 'c0' },
    });
  });

  it('says why it did not start', () => {
    expect(onComment('hello', { keywords: ['price', 'bei'] })).toEqual({
      reason: 'The comment has none of the words: price, bei.',
    });
  });
});

describe('instagram/message-received', () => {
  it('tells how the message came', () => {
    const source = (data: JsonObject, kind?: string) => onMessage(data, { match: 'any' }, kind);
    expect(source({ text: 'Hi' })).toMatchObject({ output: { source: 'message' } });
    expect(source({ text: 'Yes', quickReplyPayload: 'YES' })).toMatchObject({
      output: { source: 'quickReply', payload: 'YES' },
    });
    expect(source({ text: 'Nice', storyId: '1', storyUrl: 'https://s' })).toMatchObject({
      output: { source: 'storyReply', storyId: '1' },
    });
    expect(source({ isStoryMention: true, attachments: [{ kind: 'story_mention' }] })).toMatchObject({
      output: { source: 'storyMention', text: '' },
    });
    expect(source({ title: 'Buy', payload: 'BUY' }, 'instagram/postback')).toMatchObject({
      output: { source: 'postback', text: 'Buy', payload: 'BUY' },
    });
  });

  it('starts for chosen buttons whatever the words are, and ranks them highest', () => {
    expect(
      onMessage({ title: 'Buy', payload: 'BUY' }, { keywords: ['price'], payloads: ['BUY'] }, 'instagram/postback'),
    ).toMatchObject({ specificity: 200 });
    expect(
      onMessage({ title: 'Buy', payload: 'SELL' }, { keywords: ['price'], payloads: ['BUY'] }, 'instagram/postback'),
    ).toHaveProperty('reason');
  });

  it('takes story answers in, out or alone', () => {
    const story = { text: 'Nice', storyId: '1' };
    expect(onMessage(story, { match: 'any', stories: 'exclude' })).toHaveProperty('reason');
    expect(onMessage(story, { match: 'any', stories: 'only' })).toMatchObject({ specificity: 110 });
    expect(onMessage({ text: 'Hi' }, { match: 'any', stories: 'only' })).toHaveProperty('reason');
  });
});
