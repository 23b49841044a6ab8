import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, bulkComments, IGSID, startHarness } from './sandbox-harness.ts';
import type { Harness } from './sandbox-harness.ts';
import { seedPostId } from './seed.ts';

let h: Harness;
const post = seedPostId(12);
beforeAll(async () => {
  h = await startHarness();
});
afterAll(() => h.close());

describe('private replies', () => {
  it('reach the author once per comment', async () => {
    const commentId = await h.comment('lena', post, 'Preis?');
    expect((await h.privateReply(commentId)).body).toEqual({
      recipient_id: IGSID.lena,
      message_id: expect.any(String),
    });
    expect((await h.privateReply(commentId)).error).toBe('100/2534025');
    const bubble = (await h.thread('lena')).bubbles.at(-1);
    expect(bubble?.privateReplyTo).toMatchObject({ commentId, commentText: 'Preis?' });
  });

  it('let one of two calls at the same time win', async () => {
    const commentId = await h.comment('lena', post, 'Preis?');
    const errors = (
      await Promise.all([h.privateReply(commentId), h.privateReply(commentId), h.privateReply(commentId)])
    ).map((answer) => answer.error);
    expect(errors.filter((error) => error === null)).toHaveLength(1);
    expect(errors.filter((error) => error === '100/2534025')).toHaveLength(2);
    expect((await h.ledger()).filter((entry) => entry.commentId === commentId)).toHaveLength(1);
  });

  it('are possible for 7 days', async () => {
    const early = await h.comment('lena', post, 'Preis?');
    const late = await h.comment('lena', post, 'Preis?');
    h.clock.nowMs += 7 * 86_400_000 - 1;
    expect((await h.privateReply(early)).error).toBeNull();
    h.clock.nowMs += 2;
    expect((await h.privateReply(late)).error).toBe('100/2534025');
  });

  it('refuse comments of the account itself, deleted and unknown ones', async () => {
    const own = await h.graph('POST', `/v25.0/${post}/comments`, { message: 'first!' });
    expect((await h.privateReply(String(own.body['id']))).error).toBe('100/2534025');
    const gone = await h.comment('lena', post, 'Preis?');
    await h.graph('DELETE', `/v25.0/${gone}`);
    expect((await h.privateReply(gone)).error).toBe('100/2534025');
    expect((await h.privateReply('17800000000000999')).error).toBe('100/2534025');
  });

  it('hold text only, unless the switch allows more', async () => {
    const commentId = await h.comment('lena', post, 'Preis?');
    const rich = {
      recipient: { comment_id: commentId },
      message: { text: 'Which?', quick_replies: [{ content_type: 'text', title: 'A', payload: 'A' }] },
    };
    expect((await h.graph('POST', '/v25.0/me/messages', rich)).error).toBe('100/2534015');
    await h.set({ variants: { allowsRichPrivateReplies: true } });
    expect((await h.graph('POST', '/v25.0/me/messages', rich)).error).toBeNull();
  });

  it('to live comments end with the broadcast', async () => {
    const live = await h.call('POST', `/_sandbox/accounts/${ACCOUNT}/posts`, { caption: 'Live now', kind: 'live' });
    const commentId = await h.comment('lena', String(live.body['id']), 'Preis?');
    expect((await h.events()).some((event) => event['field'] === 'live_comments')).toBe(true);
    expect((await h.privateReply(commentId)).error).toBeNull();
  });

  it('are limited to 750 in an hour', async () => {
    h.clock.nowMs += 2 * 3_600_000;
    const { items } = await bulkComments(h, post, 751);
    const errors: (string | null)[] = [];
    for (const item of items) errors.push((await h.privateReply(item.id)).error);
    expect(errors.filter((error) => error !== null)).toEqual(['613/2534040']);
    h.clock.nowMs += 3_600_000 + 61_000;
    expect((await h.privateReply(items[750]?.id ?? '')).error).toBeNull();
  });

  it('need the permission for comments', async () => {
    const token = await h.token(['instagram_business_basic', 'instagram_business_manage_messages']);
    const commentId = await h.comment('lena', post, 'Preis?');
    expect(
      (
        await h.call(
          'POST',
          '/me/messages',
          { recipient: { comment_id: commentId }, message: { text: 'a' } },
          { authorization: `Bearer ${token}` },
        )
      ).error,
    ).toBe('200');
  });
});
