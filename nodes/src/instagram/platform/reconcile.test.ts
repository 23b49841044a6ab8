import type { JsonValue, OutgoingMessage, PlatformAction } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { createInstagramPlatform } from './client.ts';
import { fakeAccount as account } from './fake-account.ts';

const platform = createInstagramPlatform({ nowMs: () => 1_800_000_000_000 });
const text = (value: string): OutgoingMessage => ({ kind: 'text', text: value });
const send = (message: OutgoingMessage): PlatformAction => ({ kind: 'message', to: '526', message });

describe('reconcile', () => {
  const since = Date.parse('2026-11-20T10:00:10.500Z');
  const said = (id: string, from: string, message: string, time = '2026-11-20T10:00:11+0000'): JsonValue => ({
    id,
    created_time: time,
    from: { id: from },
    message,
  });
  const thread = (...messages: JsonValue[]): JsonValue => ({ data: [{ id: 'conv1', messages: { data: messages } }] });

  it('finds a message of ours with the same text, by one call', async () => {
    const to = account(thread(said('m2', '526', 'Hi'), said('m1', '1784', 'Hi')));
    await expect(platform.reconcile(send(text('Hi')), since, to)).resolves.toEqual({
      outcome: 'sent',
      receipt: { platformId: 'm1', recipientId: '526' },
    });
    expect(to.calls).toMatchObject([
      { method: 'GET', path: '/v25.0/1784/conversations', query: { platform: 'instagram', user_id: '526' } },
    ]);
  });

  it.each<[string, JsonValue]>([
    ['another text', thread(said('m1', '1784', 'Bye'))],
    ['an older message', thread(said('m1', '1784', 'Hi', '2026-11-20T09:00:00+0000'))],
    ['no conversation', { data: [] }],
    ['a refusal', { error: { code: 100 } }],
  ])('does not claim anything with %s', async (_name, answer) => {
    await expect(platform.reconcile(send(text('Hi')), since, account(answer))).resolves.toMatchObject({
      outcome: 'unknown',
    });
  });

  it('asks to be called again when Instagram cannot be asked now', async () => {
    await expect(platform.reconcile(send(text('Hi')), since, account({ error: { code: 2 } }))).rejects.toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
    });
    await expect(platform.reconcile(send(text('Hi')), since, account({ error: { code: 613 } }))).rejects.toMatchObject({
      code: 'PLATFORM_RATE_LIMITED',
    });
  });

  it('tells a picture only when there is a single one', async () => {
    const picture = send({ kind: 'image', url: 'https://e.com/a.jpg' });
    await expect(platform.reconcile(picture, since, account(thread(said('m1', '1784', ''))))).resolves.toMatchObject({
      outcome: 'sent',
    });
    await expect(
      platform.reconcile(picture, since, account(thread(said('m1', '1784', ''), said('m2', '1784', '')))),
    ).resolves.toMatchObject({ outcome: 'unknown' });
  });

  it('finds a private reply through the author of the comment', async () => {
    const to = account({ id: '178', from: { id: '526' } }, thread(said('m1', '1784', 'Hi')));
    await expect(
      platform.reconcile({ kind: 'privateReply', commentId: '178', message: text('Hi') }, since, to),
    ).resolves.toMatchObject({ outcome: 'sent', receipt: { platformId: 'm1' } });
  });

  it('finds a reply to a comment under the comment at the top, over pages', async () => {
    const reply = (id: string, from: string): JsonValue => ({
      id,
      text: 'Thanks!',
      timestamp: '2026-11-20T10:00:12+0000',
      from: { id: from },
    });
    const to = account(
      { id: '178', parent_id: '177' },
      { data: [reply('r1', '526')], paging: { next: 'x', cursors: { after: 'c1' } } },
      { data: [reply('r2', '1784')] },
    );
    await expect(
      platform.reconcile({ kind: 'commentReply', commentId: '178', text: 'Thanks!' }, since, to),
    ).resolves.toEqual({ outcome: 'sent', receipt: { platformId: 'r2' } });
    expect(to.calls.map((call) => call.path)).toEqual(['/v25.0/178', '/v25.0/177/replies', '/v25.0/177/replies']);
    expect(to.calls[2]?.query).toMatchObject({ after: 'c1' });
  });
});
