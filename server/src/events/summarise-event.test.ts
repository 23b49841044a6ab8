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

it.each<[string, JsonObject, string]>([
  ['manual', {}, 'Started by hand'],
  ['schedule', { tickAt: '2026-03-12T07:00:00Z' }, 'The planned time came'],
  ['webhook', { body: null }, 'A call from another system'],
  ['webhook', { body: ' ping ' }, 'A call from another system: ping'],
  [
    'webhook',
    { body: { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 } },
    'A call from another system with a, b, c, d and 2 more',
  ],
  ['decision', { by: 'Ada', decision: 'approved', title: 'Publish?' }, 'Ada approved “Publish?”'],
  ['decision', { by: '', decision: 'rejected' }, 'A member rejected what a run asked'],
  ['reported', { name: 'order.paid', key: 'A1' }, '“order.paid” was reported for “A1”'],
  ['reported', { name: 'order.paid', key: '' }, '“order.paid” was reported'],
])('says what happened here: %s %j', (name, data, words) => {
  expect(summariseEvent({ kind: `core/${name}`, data })).toBe(words);
});

it('cuts what is too long for a line', () => {
  expect(say('message', { text: 'x'.repeat(5000) })).toHaveLength(200);
});
