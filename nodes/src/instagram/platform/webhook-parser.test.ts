import type { JsonObject, JsonValue } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { parseWebhook, toEpochMs } from './webhook-parser.ts';

const ACCOUNT = '17841400000000001';
const PERSON = '526000000000001';

const messaging = (item: JsonObject): JsonValue => ({
  object: 'instagram',
  entry: [
    {
      id: ACCOUNT,
      time: 1763630000123,
      messaging: [{ sender: { id: PERSON }, recipient: { id: ACCOUNT }, timestamp: 1763630000001, ...item }],
    },
  ],
});
const message = (fields: JsonObject): JsonValue => messaging({ message: fields });
const comment = (value: JsonObject, field = 'comments'): JsonValue => ({
  object: 'instagram',
  entry: [{ id: ACCOUNT, time: 1763630000, changes: [{ field, value }] }],
});
const only = (body: JsonValue) => {
  const items = parseWebhook(body);
  expect(items).toHaveLength(1);
  expect(items[0]?.accountId).toBe(ACCOUNT);
  return items[0]?.event;
};

const fullComment: JsonObject = {
  id: '17890000000000001',
  text: 'PRICE?',
  parent_id: '17890000000000000',
  from: { id: PERSON, username: 'peter_c' },
  media: {
    id: '18000000000000001',
    media_product_type: 'FEED',
    ad_id: '61',
    ad_title: 'Sale',
    original_media_id: '180',
  },
};

describe('messages', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['text', { mid: 'm0', text: 'Hello' }, { messageId: 'm0', text: 'Hello' }],
    [
      'picture',
      { mid: 'm1', attachments: [{ type: 'image', payload: { url: 'https://cdn/1' } }] },
      { messageId: 'm1', attachments: [{ kind: 'image', url: 'https://cdn/1' }] },
    ],
    [
      'quick reply',
      { mid: 'm2', text: 'Yes', quick_reply: { payload: 'YES' } },
      { messageId: 'm2', text: 'Yes', quickReplyPayload: 'YES' },
    ],
    [
      'inline reply',
      { mid: 'm3', text: 're', reply_to: { mid: 'm1' } },
      { messageId: 'm3', text: 're', replyToMessageId: 'm1' },
    ],
    [
      'story reply',
      { mid: 'm4', text: 'Nice story', reply_to: { story: { url: 'https://s', id: '1790' } } },
      { messageId: 'm4', text: 'Nice story', storyId: '1790', storyUrl: 'https://s' },
    ],
    [
      'story mention',
      { mid: 'm5', attachments: [{ type: 'story_mention', payload: { url: 'https://s' } }] },
      { messageId: 'm5', attachments: [{ kind: 'story_mention', url: 'https://s' }], isStoryMention: true },
    ],
    [
      'shared post',
      {
        mid: 'm6',
        attachments: [{ type: 'ig_post', payload: { ig_post_media_id: '1803', title: 'caption', url: 'https://p' } }],
      },
      { messageId: 'm6', attachments: [{ kind: 'ig_post', url: 'https://p', mediaId: '1803', title: 'caption' }] },
    ],
    [
      'shared reel',
      {
        mid: 'm7',
        attachments: [{ type: 'ig_reel', payload: { reel_video_id: '1804', title: 't', url: 'https://r' } }],
      },
      { messageId: 'm7', attachments: [{ kind: 'ig_reel', url: 'https://r', mediaId: '1804', title: 't' }] },
    ],
    [
      'shared story',
      {
        mid: 'm8',
        attachments: [{ type: 'ig_story', payload: { story_media_id: '1790', story_media_url: 'https://s' } }],
      },
      { messageId: 'm8', attachments: [{ kind: 'ig_story', url: 'https://s', mediaId: '1790' }] },
    ],
    ['unsupported kind', { mid: 'm10', is_unsupported: true }, { messageId: 'm10', isUnsupported: true }],
    [
      'disappearing picture',
      { mid: 'm15', attachments: [{ type: 'ephemeral' }] },
      { messageId: 'm15', attachments: [{ kind: 'ephemeral' }] },
    ],
    [
      'from an ad',
      { mid: 'm13', text: 'Hi', referral: { ref: 'promo', source: 'ADS', type: 'OPEN_THREAD', ad_id: '6100' } },
      { messageId: 'm13', text: 'Hi', referral: { ref: 'promo', source: 'ADS', adId: '6100' } },
    ],
    [
      'about a product',
      { mid: 'm14', text: 'Is it in stock?', referral: { product: { id: '991' } } },
      { messageId: 'm14', text: 'Is it in stock?', referral: { productId: '991' } },
    ],
  ])('reads a %s', (_name, fields, data) => {
    expect(only(message(fields))).toEqual({
      kind: 'instagram/message',
      key: `message:${String(fields['mid'])}`,
      occurredAtMs: 1763630000001,
      contact: { platformId: PERSON },
      data,
    });
  });

  it('reads a message that was taken back', () => {
    expect(only(message({ mid: 'm9', is_deleted: true }))).toMatchObject({
      kind: 'instagram/message-deleted',
      key: 'deleted:m9',
      data: { messageId: 'm9' },
    });
  });

  it.each<[string, JsonObject]>([
    ['with the flag', { mid: 'm11', text: 'sent by us', is_echo: true }],
    ['to oneself', { mid: 'm11', text: 'note', is_self: true, is_echo: true }],
  ])('takes our own message %s for an echo of the conversation with its recipient', (_name, fields) => {
    const body: JsonValue = {
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          time: 1,
          messaging: [
            { sender: { id: ACCOUNT }, recipient: { id: PERSON }, timestamp: 1763630000001, message: fields },
          ],
        },
      ],
    };
    expect(only(body)).toMatchObject({ kind: 'instagram/echo', key: 'echo:m11', contact: { platformId: PERSON } });
  });

  it('takes a message of the account for an echo even without the flag', () => {
    const body: JsonValue = {
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          messaging: [
            {
              sender: { id: ACCOUNT },
              recipient: { id: PERSON },
              timestamp: 1763630000001,
              message: { mid: 'x', text: 'a' },
            },
          ],
        },
      ],
    };
    expect(only(body)?.kind).toBe('instagram/echo');
  });
});

describe('what else happens in a conversation', () => {
  it.each<[string, JsonObject, string, string]>([
    [
      'a tapped button',
      { postback: { mid: 'm20', title: 'Talk to us', payload: 'CARE' } },
      'instagram/postback',
      'postback:m20',
    ],
    [
      'a tapped button without id',
      { postback: { title: 'Talk', payload: 'CARE' } },
      'instagram/postback',
      `postback:${PERSON}:1763630000001:CARE`,
    ],
    [
      'a reaction',
      { reaction: { mid: 'm1', action: 'react', reaction: 'love', emoji: '❤️' } },
      'instagram/reaction',
      `reaction:m1:${PERSON}:react:1763630000001`,
    ],
    [
      'a reaction taken back',
      { reaction: { mid: 'm1', action: 'unreact' } },
      'instagram/reaction',
      `reaction:m1:${PERSON}:unreact:1763630000001`,
    ],
    [
      'a link',
      { referral: { ref: 'promo', source: 'IGME-SOURCE-LINK', type: 'OPEN_THREAD' } },
      'instagram/referral',
      `referral:${PERSON}:1763630000001:promo`,
    ],
    ['a read receipt', { read: { mid: 'm11' } }, 'instagram/read', `read:${PERSON}:m11`],
    ['an edit', { message_edit: { mid: 'm1', text: 'new text', num_edit: 1 } }, 'instagram/message-edit', 'edit:m1:1'],
    [
      'a handover',
      { pass_thread_control: { previous_owner_app_id: '1', new_owner_app_id: '2' } },
      'instagram/handover',
      `handover:${PERSON}:1763630000001`,
    ],
  ])('reads %s', (_name, item, kind, key) => {
    expect(only(messaging(item))).toMatchObject({
      kind,
      key,
      occurredAtMs: 1763630000001,
      contact: { platformId: PERSON },
    });
  });

  it('records what another app is to answer, without giving it to triggers', () => {
    const body: JsonValue = {
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          time: 1763630000123,
          standby: [
            {
              sender: { id: PERSON },
              recipient: { id: ACCOUNT },
              timestamp: 1763630000001,
              message: { mid: 'm1', text: 'Hi' },
            },
          ],
        },
      ],
    };
    expect(only(body)).toMatchObject({ kind: 'instagram/standby', contact: { platformId: PERSON } });
  });
});

describe('comments', () => {
  it('reads the envelope with changes; its time is in seconds', () => {
    expect(only(comment(fullComment))).toEqual({
      kind: 'instagram/comment',
      key: 'comment:17890000000000001',
      occurredAtMs: 1763630000000,
      contact: { platformId: PERSON, username: 'peter_c' },
      data: {
        commentId: '17890000000000001',
        text: 'PRICE?',
        mediaId: '18000000000000001',
        mediaKind: 'FEED',
        parentId: '17890000000000000',
        adId: '61',
      },
    });
  });

  it('reads the flat envelope and the other name of the id to the same event', () => {
    const { id, ...rest } = fullComment;
    const flat: JsonValue = {
      object: 'instagram',
      entry: [{ id: ACCOUNT, time: 1763630000, field: 'comments', value: { comment_id: id ?? '', ...rest } }],
    };
    expect(only(flat)).toEqual(only(comment(fullComment)));
  });

  it('marks comments of a live video', () => {
    expect(
      only(comment({ ...fullComment, media: { id: '1', media_product_type: 'LIVE' } }, 'live_comments'))?.data,
    ).toMatchObject({ isLive: true, mediaKind: 'LIVE' });
  });

  it.each<[string, JsonObject]>([
    ['by the id of the account', { id: ACCOUNT, username: 'acme' }],
    ['by the mark that Instagram sets', { id: '999', username: 'acme', self_ig_scoped_id: '888' }],
  ])('keeps our own comments from triggers, known %s', (_name, from) => {
    const event = only(comment({ ...fullComment, from }));
    expect(event?.kind).toBe('instagram/own-comment');
    expect(event?.contact).toBeUndefined();
  });
});

describe('batches', () => {
  it('reads every item of every entry, in order of time', () => {
    const body: JsonValue = {
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          time: 1763630009000,
          messaging: [
            {
              sender: { id: PERSON },
              recipient: { id: ACCOUNT },
              timestamp: 1763630008000,
              message: { mid: 'b', text: '2' },
            },
            {
              sender: { id: PERSON },
              recipient: { id: ACCOUNT },
              timestamp: 1763630007000,
              message: { mid: 'a', text: '1' },
            },
          ],
        },
        {
          id: '17841400000000002',
          time: 1763630006,
          changes: [
            { field: 'comments', value: fullComment },
            { field: 'comments', value: { ...fullComment, id: '2' } },
          ],
        },
      ],
    };
    expect(parseWebhook(body).map((item) => `${item.accountId} ${item.event.key}`)).toEqual([
      '17841400000000002 comment:17890000000000001',
      '17841400000000002 comment:2',
      `${ACCOUNT} message:a`,
      `${ACCOUNT} message:b`,
    ]);
  });

  it('gives a redelivered event the same key', () => {
    const body = messaging({ something_new: { b: 1, a: [1, { d: 2, c: 3 }] } });
    const again = messaging({ something_new: { a: [1, { c: 3, d: 2 }], b: 1 } });
    expect(only(body)?.key).toBe(only(again)?.key);
    expect(only(body)?.kind).toBe('instagram/unknown');
  });

  it('keeps what it does not know', () => {
    expect(only(comment({ media_id: '1', comment_id: '2' }, 'mentions'))).toMatchObject({
      kind: 'instagram/unknown',
      data: { raw: { field: 'mentions' } },
    });
    expect(only({ object: 'instagram', entry: [{ id: ACCOUNT, time: 1763630000 }] })).toMatchObject({
      kind: 'instagram/unknown',
    });
    expect(parseWebhook({ object: 'page', entry: [{ id: '1029', time: 1763630000 }] })).toMatchObject([
      { accountId: '1029', event: { kind: 'instagram/unknown' } },
    ]);
    expect(parseWebhook('hello')).toMatchObject([
      { accountId: '', event: { kind: 'instagram/unknown', data: { raw: 'hello' } } },
    ]);
  });
});

describe('odd shapes', () => {
  it('tells seconds from milliseconds', () => {
    expect(
      [1763630000, 1763630000123, '1763630000', 0, -5, 'soon', null, undefined, {}].map((value) => toEpochMs(value)),
    ).toEqual([
      1763630000000,
      1763630000123,
      1763630000000,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('shortens a key that would be too long', () => {
    const key = only(message({ mid: 'x'.repeat(2000), text: 'a' }))?.key ?? '';
    expect(key).toMatch(/^message:[0-9a-f]{64}$/);
  });
});

describe('what no platform would send', () => {
  it.each([1e300, '9999999999999999', 1e15, Number.MAX_SAFE_INTEGER])('takes the time %s for none', (time) => {
    expect(toEpochMs(time)).toBeUndefined();
  });

  it('keeps what stands beside an id that is none', () => {
    const body = {
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          time: 1763630000,
          changes: [
            { field: 'comments', value: { ...fullComment, id: 'x'.repeat(513) } },
            { field: 'comments', value: { ...fullComment, from: { id: 'x'.repeat(513) } } },
            { field: 'comments', value: fullComment },
          ],
        },
      ],
    };
    expect(parseWebhook(body).map(({ event }) => event.kind)).toEqual([
      'instagram/unknown',
      'instagram/unknown',
      'instagram/comment',
    ]);
  });
});
