import { createHmac } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from './json.ts';
import { SANDBOX_APP } from './options.ts';
import { ACCOUNT, IGSID, startHarness } from './sandbox-harness.ts';
import type { Harness } from './sandbox-harness.ts';
import { seedPostId } from './seed.ts';
import { createFileStore } from './store/file-store.ts';
import { encodeWebhookBody } from './webhook-encoding.ts';

let h: Harness;
const post = seedPostId(12);
afterEach(() => h.close());

const sign = (bytes: Buffer, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
const texts = (events: readonly JsonObject[]): unknown[] =>
  events.map(
    (event) =>
      (event['value'] as JsonObject | undefined)?.['text'] ?? (event['message'] as JsonObject | undefined)?.['text'],
  ); // shapes written by the sandbox itself

describe('signature', () => {
  it('covers the raw bytes, in which everything outside ASCII is escaped', async () => {
    h = await startHarness();
    await h.act('lena', { kind: 'text', text: 'Körbe für 😍 <b>50%</b> a/b @me' });
    await h.events();
    const [event] = h.receiver.received;
    const raw = event?.bytes.toString('latin1') ?? '';
    expect(raw).toContain('K\\u00f6rbe f\\u00fcr \\ud83d\\ude0d <b>50%<\\/b> a\\/b @me');
    expect(event?.headers['x-hub-signature-256']).toBe(sign(event?.bytes ?? Buffer.alloc(0), SANDBOX_APP.secret));
    expect(event?.headers['x-hub-signature-256']).not.toBe(
      sign(Buffer.from(JSON.stringify(event?.body)), SANDBOX_APP.secret),
    );
    expect(event?.headers['content-type']).toBe('application/json');
  });

  it('can use the other secret of the app', async () => {
    h = await startHarness();
    await h.set({ webhooks: { signingSecret: 'meta' } });
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.events();
    const [event] = h.receiver.received;
    expect(event?.headers['x-hub-signature-256']).toBe(sign(event?.bytes ?? Buffer.alloc(0), SANDBOX_APP.metaSecret));
  });

  it('escapes symbols as older documentation says, when asked to', async () => {
    h = await startHarness();
    expect(encodeWebhookBody({ a: '<%@/ä' }, true).toString()).toBe('{"a":"\\u003C\\u0025\\u0040\\/\\u00e4"}');
  });
});

describe('handshake', () => {
  it('must be answered with the bare challenge', async () => {
    h = await startHarness();
    await expect(h.sandbox.configureWebhook(`${h.base}/no-such-page`, 'x')).rejects.toThrow("couldn't be validated");
  });
});

describe('delivery', () => {
  it('is tried again after a 500, with the same bytes', async () => {
    h = await startHarness();
    h.receiver.answerWith = (index) => (index < 2 ? 500 : 200);
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.events();
    const bodies = h.receiver.received.map((each) => each.bytes.toString());
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
    expect((await h.call('GET', '/_sandbox/deliveries')).body).toMatchObject({
      pending: 0,
      delivered: 1,
      failedAttempts: 2,
    });
  });

  it('is tried again when no answer comes in time', async () => {
    h = await startHarness({ webhookTimeoutMs: 2_000 });
    h.receiver.answerWith = (index) => (index === 0 ? 'never' : 200);
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.events();
    // At least: on a machine that stands still even an answer may come too late.
    expect(h.receiver.received.length).toBeGreaterThanOrEqual(2);
    expect((await h.call('GET', '/_sandbox/deliveries')).body).toMatchObject({ pending: 0, delivered: 1 });
  });

  it('is given up after 36 hours of retries', async () => {
    h = await startHarness({ retryScale: 1 });
    h.receiver.answerWith = () => 500;
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.events();
    // the first retry is at once, the second after 15 s
    expect(h.receiver.received).toHaveLength(2);
    await h.call('POST', '/_sandbox/clock', { advanceMs: 15_000 });
    await h.events();
    expect(h.receiver.received).toHaveLength(3);
    // ten more, each due within 12 hours of the one before
    for (let jump = 0; jump < 10; jump += 1) {
      await h.call('POST', '/_sandbox/clock', { advanceMs: 12 * 3_600_000 });
      await h.events();
    }
    expect(h.receiver.received).toHaveLength(13);
    expect((await h.call('GET', '/_sandbox/deliveries')).body).toMatchObject({ pending: 0, givenUp: 1, delivered: 0 });
  });

  it('keeps one person in order while the receiver is well', async () => {
    h = await startHarness();
    for (let number = 0; number < 8; number += 1) await h.act('amina', { kind: 'text', text: `part ${number}` });
    expect(texts(await h.events())).toEqual(Array.from({ length: 8 }, (_, number) => `part ${number}`));
  });

  it('comes twice, not at all, or out of order, as switched', async () => {
    h = await startHarness();
    await h.set({ webhooks: { duplicateRate: 1 } });
    await h.act('lena', { kind: 'text', text: 'twice' });
    await h.events();
    await h.call('POST', '/_sandbox/clock', { advanceMs: 1000 });
    await h.events();
    expect(h.receiver.received.map((each) => each.bytes.toString())).toHaveLength(2);
    expect(h.receiver.received[0]?.bytes).toEqual(h.receiver.received[1]?.bytes);
    await h.set({ webhooks: { duplicateRate: 0, dropRate: 1 } });
    await h.act('lena', { kind: 'text', text: 'lost' });
    expect(await h.events()).toHaveLength(2);
    await h.set({ webhooks: { dropRate: 0, reorderRate: 1, reorderDelayMs: 60_000 } });
    await h.act('lena', { kind: 'text', text: 'early' });
    await h.set({ webhooks: { reorderRate: 0 } });
    await h.act('lena', { kind: 'text', text: 'late' });
    await h.events();
    await h.call('POST', '/_sandbox/clock', { advanceMs: 60_000 });
    expect(texts((await h.events()).slice(2))).toEqual(['late', 'early']);
  });

  it('puts several events into one POST, as entries or as items of one entry', async () => {
    h = await startHarness();
    for (const [batchShape, entries] of [
      ['entries', 3],
      ['items', 1],
    ] as const) {
      h.receiver.received.length = 0;
      await h.set({ webhooks: { batchSize: 100, batchShape, isPaused: true } });
      for (const person of ['lena', 'juma', 'amina']) await h.act(person, { kind: 'text', text: person });
      await h.set({ webhooks: { isPaused: false } });
      expect(new Set(texts(await h.events()))).toEqual(new Set(['amina', 'juma', 'lena']));
      expect(h.receiver.received).toHaveLength(1);
      expect(h.receiver.received[0]?.body['entry']).toHaveLength(entries);
    }
  });

  it('goes only to fields that are subscribed', async () => {
    h = await startHarness({ fields: 'comments' });
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.comment('lena', post, 'b');
    expect(texts(await h.events())).toEqual(['b']);
  });

  it('goes on after a restart with what had not been delivered', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    h = await startHarness({ store: createFileStore(directory) });
    await h.set({ webhooks: { isPaused: true } });
    await h.act('lena', { kind: 'text', text: 'before the crash' });
    const { url } = h.receiver;
    await h.sandbox.stop();
    const again = await startHarness({ store: createFileStore(directory) });
    await again.set({ webhooks: { isPaused: false } });
    expect(url).not.toBe(again.receiver.url);
    expect(texts(await again.events())).toEqual(['before the crash']);
    await again.close();
  });
});

describe('bodies', () => {
  it('echo each send with the mid of its answer, before the answer if switched', async () => {
    h = await startHarness();
    await h.set({ webhooks: { echoBeforeAnswer: true } });
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.events();
    const sent = await h.send(IGSID.lena, { text: 'b' });
    const last = h.receiver.received.at(-1)?.body;
    expect(last).toMatchObject({
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          messaging: [
            {
              sender: { id: ACCOUNT },
              recipient: { id: IGSID.lena },
              message: { mid: sent.body['message_id'], text: 'b', is_echo: true },
            },
          ],
        },
      ],
    });
  });

  it("tell of comments in both envelopes, of one's own with self_ig_scoped_id", async () => {
    h = await startHarness();
    const commentId = await h.comment('lena', post, 'Preis?');
    await h.events();
    expect(h.receiver.received[0]?.body).toEqual({
      object: 'instagram',
      entry: [
        {
          id: ACCOUNT,
          time: h.clock.nowMs / 1000,
          changes: [
            {
              field: 'comments',
              value: {
                id: commentId,
                text: 'Preis?',
                from: { id: IGSID.lena, username: 'lena_brandt' },
                media: { id: post, media_product_type: 'FEED' },
              },
            },
          ],
        },
      ],
    });
    await h.set({ webhooks: { commentEnvelope: 'flat' } });
    const reply = await h.graph('POST', `/v25.0/${commentId}/replies`, { message: 'KES 2,500' });
    await h.events();
    expect(h.receiver.received[1]?.body).toMatchObject({
      entry: [
        {
          field: 'comments',
          value: {
            id: reply.body['id'],
            parent_id: commentId,
            from: { id: ACCOUNT, self_ig_scoped_id: '24567890123456789' },
          },
        },
      ],
    });
  });

  it('have the documented shapes of everything a person can do', async () => {
    h = await startHarness();
    await h.graph('POST', '/v25.0/me/messenger_profile', {
      platform: 'instagram',
      ice_breakers: [{ locale: 'default', call_to_actions: [{ question: 'Where are you?', payload: 'WHERE' }] }],
    });
    await h.act('lena', { kind: 'tap-ice-breaker', index: 0 });
    h.clock.nowMs += 1000;
    const sent = await h.send(IGSID.lena, {
      text: 'Pick',
      quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'YES' }],
    });
    const mid = String(sent.body['message_id']);
    await h.act('lena', { kind: 'seen' });
    await h.act('lena', { kind: 'react', mid, reaction: 'love' });
    await h.act('lena', { kind: 'unreact', mid });
    await h.act('lena', { kind: 'tap-quick-reply', mid, index: 0 });
    const own = await h.act('lena', { kind: 'text', text: 'hm', replyToMid: mid });
    await h.act('lena', { kind: 'edit-message', mid: own.mid ?? '', text: 'hmm' });
    await h.act('lena', { kind: 'delete-message', mid: own.mid ?? '' });
    await h.act('lena', { kind: 'share-post', mediaId: post });
    await h.act('lena', { kind: 'story-mention' });
    await h.act('lena', { kind: 'unsupported' });
    await h.act('lena', { kind: 'open-link', ref: 'promo' });
    const events = (await h.events())
      .filter((event) => (event['message'] as JsonObject | undefined)?.['is_echo'] !== true)
      .map(({ sender: _s, recipient: _r, timestamp: _t, ...rest }) => rest);
    expect(events).toEqual([
      { postback: { mid: expect.any(String), title: 'Where are you?', payload: 'WHERE' } },
      { read: { mid } },
      { reaction: { mid, action: 'react', reaction: 'love', emoji: '❤' } },
      { reaction: { mid, action: 'unreact' } },
      { message: { mid: expect.any(String), text: 'Yes', quick_reply: { payload: 'YES' } } },
      { message: { mid: own.mid, text: 'hm', reply_to: { mid } } },
      { message_edit: { mid: own.mid, text: 'hmm', num_edit: 1 } },
      { message: { mid: own.mid, is_deleted: true } },
      {
        message: {
          mid: expect.any(String),
          attachments: [
            {
              type: 'ig_post',
              payload: {
                ig_post_media_id: post,
                title: expect.any(String),
                url: expect.stringContaining('/bouquet.jpg'),
              },
            },
          ],
        },
      },
      {
        message: {
          mid: expect.any(String),
          attachments: [{ type: 'story_mention', payload: { url: expect.any(String) } }],
        },
      },
      { message: { mid: expect.any(String), is_unsupported: true } },
      { referral: { ref: 'promo', source: 'IGME-SOURCE-LINK', type: 'OPEN_THREAD' } },
    ]);
  });

  it('show a human takeover as an echo whose mid no call has given', async () => {
    h = await startHarness();
    await h.act('lena', { kind: 'text', text: 'a' });
    await h.call('POST', '/_sandbox/business-message', {
      accountId: ACCOUNT,
      personaId: 'lena',
      text: 'Hello, this is Maua herself',
    });
    expect((await h.events()).at(-1)).toMatchObject({
      message: { text: 'Hello, this is Maua herself', is_echo: true },
    });
    expect(await h.ledger()).toEqual([]);
  });
});
