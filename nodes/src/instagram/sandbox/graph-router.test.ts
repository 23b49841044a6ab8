import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FaultOutcome, FaultTarget } from './customer-api.ts';
import type { JsonObject } from './json.ts';
import { ACCOUNT, bulkComments, IGSID, startHarness } from './sandbox-harness.ts';
import type { Harness } from './sandbox-harness.ts';
import { seedPostId } from './seed.ts';

let h: Harness;
const post = seedPostId(12);
beforeAll(async () => {
  h = await startHarness();
});
afterAll(() => h.close());
beforeEach(async () => {
  h.clock.nowMs += 2000;
  await h.call('DELETE', '/_sandbox/faults', {});
});

const data = (body: JsonObject): JsonObject[] => body['data'] as JsonObject[]; // a list edge of the sandbox

describe('nodes and edges', () => {
  it('know two ids of the account and use user_id in paths', async () => {
    const me = await h.graph(
      'GET',
      '/v25.0/me?fields=id,user_id,username,name,account_type,profile_picture_url,followers_count,follows_count,media_count',
    );
    expect(me.body).toMatchObject({
      id: '24567890123456789',
      user_id: ACCOUNT,
      username: 'maua.studio',
      account_type: 'BUSINESS',
      media_count: 12,
    });
    expect((await h.graph('GET', '/v25.0/24567890123456789?fields=username')).error).toBe('100/33');
    expect((await h.graph('GET', `/${ACCOUNT}?fields=username`)).body['username']).toBe('maua.studio');
  });

  it('serve dead versions by the oldest living one and refuse invented ones', async () => {
    expect((await h.graph('GET', '/v18.0/me?fields=id')).headers.get('facebook-api-version')).toBe('v21.0');
    expect((await h.graph('GET', '/v25.0/me?fields=id')).headers.get('facebook-api-version')).toBe('v25.0');
    expect((await h.graph('GET', '/v99.0/me?fields=id')).error).toBe('2500');
  });

  it.each([
    ['GET', '/v25.0/me/followers', '2500'],
    ['GET', '/v25.0/17800000000009999', '100/33'],
    ['DELETE', '/v25.0/me/messages', '100/33'],
    ['GET', '/v25.0/me?fields=password', '100'],
    ['GET', '/v25.0/me?fields=id{', '100'],
    ['PUT', '/v25.0/me', '100'],
    ['GET', '/v25.0/%', '2500'],
  ])('%s %s', async (method, path, error) => {
    expect((await h.graph(method, path)).error).toBe(error);
  });

  it('keep accounts apart', async () => {
    const other = await h.call('POST', '/_sandbox/accounts', { username: 'kito.coffee', name: 'Kito Coffee' });
    const token = (await h.call('POST', '/_sandbox/tokens', { accountId: other.body['id'] })).body['accessToken'];
    const bearer = { authorization: `Bearer ${String(token)}` };
    expect((await h.call('GET', `/v25.0/${post}`, undefined, bearer)).error).toBe('100/33');
    expect((await h.call('GET', `/v25.0/${IGSID.lena}`, undefined, bearer)).error).toBe('100/33');
    expect(
      (
        await h.call(
          'POST',
          `/v25.0/${ACCOUNT}/messages`,
          { recipient: { id: IGSID.lena }, message: { text: 'a' } },
          bearer,
        )
      ).error,
    ).toBe('100/33');
  });
});

describe('media', () => {
  it('are listed newest first, paged by cursor and by time', async () => {
    const seen: unknown[] = [];
    let next: string | undefined = `${h.base}/v25.0/${ACCOUNT}/media?fields=id,timestamp&limit=5`;
    while (next !== undefined) {
      const page = await h.graph('GET', next);
      seen.push(...data(page.body).map((media) => media['id']));
      next = (page.body['paging'] as { next?: string }).next; // a list edge of the sandbox
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => seedPostId(12 - index)));
    const third = await h.graph('GET', `/v25.0/${seedPostId(10)}?fields=timestamp`);
    const since = Math.floor(Date.parse(String(third.body['timestamp'])) / 1000);
    expect(data((await h.graph('GET', `/v25.0/me/media?since=${since}`)).body)).toHaveLength(3);
    expect(data((await h.graph('GET', `/v25.0/me/media?until=${since}&limit=100`)).body).length).toBeGreaterThanOrEqual(
      9,
    );
  });

  it('give nested children and comments', async () => {
    const answer = await h.graph(
      'GET',
      `/v25.0/${seedPostId(11)}?fields=media_type,children{media_url},comments.limit(5){text,username,replies{text,from}}`,
    );
    expect(answer.body['media_type']).toBe('CAROUSEL_ALBUM');
    expect(data(answer.body['children'] as JsonObject)).toHaveLength(3);
    expect(data(answer.body['comments'] as JsonObject)[0]).toMatchObject({
      text: 'Habari, cha kati ni bei gani?',
      username: 'juma_otieno',
      replies: { data: [{ text: expect.stringContaining('KES 1,800'), from: { id: ACCOUNT } }] },
    });
  });
});

describe('comments', () => {
  it('page by 50, newest first', async () => {
    await bulkComments(h, seedPostId(1), 120);
    const first = await h.graph('GET', `/v25.0/${seedPostId(1)}/comments?fields=text,from&limit=200`);
    expect(data(first.body)).toHaveLength(50);
    expect(data(first.body)[0]?.['text']).toBe('price 120');
    const second = await h.graph('GET', (first.body['paging'] as { next: string }).next); // more than a page is there
    expect(data(second.body)[0]?.['text']).toBe('price 70');
  });

  it('attach replies to replies to the first comment, hide, unhide and delete', async () => {
    const id = await h.comment('lena', post, 'Preis?');
    const reply = await h.graph('POST', `/v25.0/${id}/replies`, { message: 'KES 2,500' });
    const nested = await h.graph('POST', `/v25.0/${String(reply.body['id'])}/replies?message=more`);
    expect((await h.graph('GET', `/v25.0/${String(nested.body['id'])}?fields=parent_id,text`)).body).toMatchObject({
      parent_id: id,
      text: 'more',
    });
    expect(data((await h.graph('GET', `/v25.0/${id}/replies`)).body)).toHaveLength(2);
    expect((await h.graph('POST', `/v25.0/${id}?hide=true`)).body).toEqual({ success: true });
    expect((await h.graph('GET', `/v25.0/${id}?fields=hidden`)).body['hidden']).toBe(true);
    expect((await h.graph('DELETE', `/v25.0/${id}`)).body).toEqual({ success: true });
    expect((await h.graph('GET', `/v25.0/${id}`)).error).toBe('100/33');
  });

  it('can be turned off', async () => {
    await h.graph('POST', `/v25.0/${seedPostId(3)}`, { comment_enabled: false });
    expect((await h.graph('POST', `/v25.0/${seedPostId(3)}/comments`, { message: 'first' })).error).toBe('100');
  });
});

describe('profiles and conversations', () => {
  it('give a profile only to whom the person has written', async () => {
    await h.comment('nakato', post, 'price?');
    const refused = await h.graph('GET', `/v25.0/${IGSID.nakato}?fields=name,username`);
    expect(refused.error).toBe('230');
    expect((refused.body['error'] as JsonObject)['message']).toContain(
      'User consent is required to access user profile.',
    );
    await h.act('nakato', { kind: 'text', text: 'hello' });
    expect(
      (await h.graph('GET', `/v25.0/${IGSID.nakato}?fields=name,username,is_user_follow_business,is_verified_user`))
        .body,
    ).toEqual({
      id: IGSID.nakato,
      name: 'Nakato Sarah',
      username: 'nakato.designs',
      is_user_follow_business: true,
      is_verified_user: true,
    });
  });

  it('show the 20 newest messages of a thread', async () => {
    const mids: string[] = [];
    for (let number = 0; number < 22; number += 1)
      mids.push((await h.act('juma', { kind: 'text', text: `m${number}` })).mid ?? '');
    const list = await h.graph('GET', `/v25.0/me/conversations?platform=instagram&user_id=${IGSID.juma}`);
    const conversation = await h.graph(
      'GET',
      `/v25.0/${String(data(list.body)[0]?.['id'])}?fields=messages{message,from}`,
    );
    expect(data(conversation.body['messages'] as JsonObject)).toHaveLength(20);
    h.clock.nowMs += 1000; // two conversation calls a second
    expect((await h.graph('GET', `/v25.0/${mids[21] ?? ''}?fields=message,from,to`)).body).toMatchObject({
      message: 'm21',
      from: { username: 'juma_otieno', id: IGSID.juma },
      to: { data: [{ id: ACCOUNT }] },
    });
    expect((await h.graph('GET', `/v25.0/${mids[0] ?? ''}?fields=message`)).error).toBe('9000001');
    expect((await h.graph('GET', `/v25.0/${mids[5] ?? ''}?fields=message`)).error).toBe('613/2534040');
  });
});

describe('subscriptions and profile of the messenger', () => {
  it('accept the fields of Instagram Login and no other', async () => {
    expect((await h.graph('POST', '/v25.0/me/subscribed_apps?subscribed_fields=comments,media')).error).toBe('100');
    expect(
      (await h.graph('POST', '/v25.0/me/subscribed_apps', { subscribed_fields: ['messages', 'comments'] })).body,
    ).toEqual({ success: true });
    expect(data((await h.graph('GET', '/v25.0/me/subscribed_apps')).body)[0]?.['subscribed_fields']).toEqual([
      'comments',
      'messages',
    ]);
    expect((await h.graph('DELETE', '/v25.0/me/subscribed_apps')).body).toEqual({ success: true });
    expect((await h.graph('GET', '/v25.0/me/subscribed_apps')).body).toEqual({ data: [] });
  });

  it('limit ice breakers to four and need a default locale', async () => {
    const questions = (count: number): object[] =>
      Array.from({ length: count }, (_, index) => ({ question: `Q${index}`, payload: `P${index}` }));
    expect((await h.graph('POST', '/v25.0/me/messenger_profile', { ice_breakers: questions(5) })).error).toBe('100');
    expect(
      (
        await h.graph('POST', '/v25.0/me/messenger_profile', {
          ice_breakers: [{ locale: 'sw_KE', call_to_actions: questions(1) }],
        })
      ).error,
    ).toBe('100');
    expect((await h.graph('POST', '/v25.0/me/messenger_profile', { ice_breakers: questions(4) })).body).toEqual({
      result: 'success',
    });
    expect((await h.graph('DELETE', '/v25.0/me/messenger_profile?fields=["ice_breakers"]')).body).toEqual({
      result: 'success',
    });
    expect((await h.graph('GET', '/v25.0/me/messenger_profile?fields=ice_breakers')).body).toEqual({ data: [] });
  });
});

describe('insights', () => {
  it('answer the metrics of the product and fail as a whole for a dead one', async () => {
    const good = await h.graph('GET', `/v25.0/${post}/insights?metric=views,reach,saved`);
    expect(data(good.body).map((metric) => metric['name'])).toEqual(['views', 'reach', 'saved']);
    expect((await h.graph('GET', `/v25.0/${post}/insights?metric=views,impressions`)).error).toBe('100');
    expect(
      data((await h.graph('GET', '/v25.0/me/insights?metric=views&period=day&metric_type=total_value')).body)[0],
    ).toHaveProperty('total_value');
  });
});

describe('limits', () => {
  it('refuse the 101st send of a second', async () => {
    await h.act('lena', { kind: 'text', text: 'a' });
    const errors: (string | null)[] = [];
    for (let number = 0; number < 101; number += 1)
      errors.push((await h.send(IGSID.lena, { text: `${number}` })).error);
    expect(errors.filter((error) => error !== null)).toEqual(['613/2534040']);
    h.clock.nowMs += 1020;
    expect((await h.send(IGSID.lena, { text: 'again' })).error).toBeNull();
  });

  it('tell the use of the account in percent and refuse with 80002', async () => {
    await h.call('PATCH', `/_sandbox/accounts/${ACCOUNT}`, { impressions24h: 0 });
    const refused = await h.graph('GET', '/v25.0/me?fields=id');
    expect(refused.error).toBe('80002');
    const usage = JSON.parse(refused.headers.get('x-business-use-case-usage') ?? '{}') as Record<string, JsonObject[]>; // written by the sandbox
    expect(usage[ACCOUNT]?.[0]).toMatchObject({
      type: 'instagram',
      call_count: 100,
      estimated_time_to_regain_access: 24,
    });
    await h.call('PATCH', `/_sandbox/accounts/${ACCOUNT}`, { impressions24h: 5200 });
    const fine = await h.graph('GET', '/v25.0/me?fields=id');
    expect(fine.headers.get('x-app-usage')).toContain('call_count');
  });
});

describe('faults', () => {
  const rule = (target: FaultTarget, outcome: FaultOutcome, remaining = 1) =>
    h.set({ rules: [{ target, outcome, remaining }] });
  const count = async (): Promise<number> => (await h.ledger()).length;
  beforeEach(async () => {
    await h.act('lena', { kind: 'text', text: 'hello' });
  });

  it('fail the next sends with a code, then work again', async () => {
    const before = await count();
    await rule('send', { kind: 'graph-error', code: 2, subcode: 1545133, isTransient: true }, 2);
    const first = await h.send(IGSID.lena, { text: 'a' });
    expect(first.status).toBe(500);
    expect(first.body['error']).toMatchObject({
      code: 2,
      error_subcode: 1545133,
      is_transient: true,
      fbtrace_id: expect.any(String),
    });
    expect(
      (await h.graph('POST', '/me/messages', { recipient: { id: IGSID.lena }, sender_action: 'typing_on' })).error,
    ).toBeNull();
    expect((await h.send(IGSID.lena, { text: 'a' })).error).toBe('2/1545133');
    expect(await count()).toBe(before);
    expect((await h.send(IGSID.lena, { text: 'a' })).error).toBeNull();
    expect(await count()).toBe(before + 1);
  });

  it('take effect without an answer', async () => {
    const before = await count();
    await rule('send', { kind: 'disconnect', afterEffect: true });
    await expect(h.send(IGSID.lena, { text: 'arrived' })).rejects.toThrow('fetch failed');
    expect(await count()).toBe(before + 1);
    await rule('send', { kind: 'disconnect', afterEffect: false });
    await expect(h.send(IGSID.lena, { text: 'not arrived' })).rejects.toThrow('fetch failed');
    expect(await count()).toBe(before + 1);
    await rule('send', { kind: 'no-answer', afterEffect: true });
    const patience = new AbortController();
    const asked = fetch(`${h.base}/me/messages`, {
      method: 'POST',
      signal: patience.signal,
      headers: { authorization: `Bearer ${await h.token()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ recipient: { id: IGSID.lena }, message: { text: 'x' } }),
    });
    await expect.poll(count, { timeout: 30_000 }).toBe(before + 2);
    // A call that is made and answered later has overtaken it: no answer is on its way.
    expect((await h.graph('GET', '/me')).status).toBe(200);
    patience.abort();
    await expect(asked).rejects.toThrow('aborted');
  });

  it('answer like a proxy', async () => {
    await rule('any', { kind: 'http-status', status: 503 });
    expect((await h.graph('GET', '/me')).status).toBe(503);
  });

  it('refuse switches that do not exist', async () => {
    expect((await h.call('PUT', '/_sandbox/faults', { webhooks: { duplicateRat: 1 } })).status).toBe(400);
    expect(
      (await h.call('PUT', '/_sandbox/faults', { rules: [{ target: 'send', outcome: { kind: 'explode' } }] })).status,
    ).toBe(400);
    expect((await h.call('PUT', '/_sandbox/faults', { variants: { tokenAnswer: 'round' } })).status).toBe(400);
  });
});
