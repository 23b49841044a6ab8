import type { JsonObject } from '@heddle/schemas';
import { expect, it } from 'vitest';
import { summariseEvent } from './summarise-event.ts';

const ID = 'aWdfZAG1faXRlbTox';
const say = (name: string, data: JsonObject) =>
  summariseEvent({ kind: `instagram/${name}`, data: { messageId: ID, ...data } });

it.each<[string, JsonObject, string]>([
  ['message', { text: 'PRICE?' }, 'PRICE?'],
  ['message', { attachments: [{ kind: 'image' }, { kind: 'image' }] }, 'Sent a picture and 1 more'],
  ['message', { attachments: [{ kind: 'constructor' }] }, 'Sent an attachment'],
  ['message', { isUnsupported: true }, 'A message of a kind that cannot be read'],
  ['comment', { text: 'how much' }, 'how much'],
  ['own-comment', { text: 'Thanks!' }, 'Our comment: Thanks!'],
  ['echo', { text: 'Hi Ada' }, 'Our message: Hi Ada'],
  ['echo', {}, 'Our message: cards or buttons'],
  ['read', {}, 'Read our message'],
  ['reaction', { action: 'react', reaction: 'love', emoji: '❤' }, 'Reacted with ❤'],
  ['reaction', { action: 'unreact' }, 'Took a reaction back'],
  ['postback', { title: 'Buy', payload: 'BUY_1' }, 'Tapped “Buy”'],
  ['postback', { title: '', payload: 'BUY_1' }, 'Tapped “BUY_1”'],
  ['message-deleted', {}, 'Took a message back'],
  ['referral', { referral: { ref: 'bio' } }, 'Came by the link “bio”'],
  ['unknown', { raw: { field: 'story_insights', value: {} } }, 'Something Heddle does not know: “story_insights”'],
  [
    'unknown',
    { raw: { sender: { id: '1' }, timestamp: 1, brand_new: {} } },
    'Something Heddle does not know: “brand_new”',
  ],
  ['unknown', { raw: [] }, 'Something Heddle does not know'],
  ['brand-new', {}, 'instagram/brand-new'],
])('says what came in, without ids: %s %j', (name, data, words) => {
  expect(say(name, data)).toBe(words);
});

it('cuts what is too long for a line', () => {
  expect(say('message', { text: 'x'.repeat(5000) })).toHaveLength(200);
});
