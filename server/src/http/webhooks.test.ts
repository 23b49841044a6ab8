import { createHmac } from 'node:crypto';
import { SANDBOX_APP } from '@heddle/nodes/sandbox';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

const OLD_SECRET = 'the secret before the last rotation';

let server: TestServer;
let accountId: string;
let serial = 1000;
beforeAll(async () => {
  // Two secrets, as during a rotation. The first is the one that the sandbox signs with.
  server = await startTestServer({ INSTAGRAM_APP_SECRET: `${SANDBOX_APP.secret}, ${OLD_SECRET}` });
  accountId = (await server.call('GET', '/api/connections')).body.items[0].externalId;
});
afterAll(() => server.stop());
beforeEach(() => void (serial += 100));

const comment = (id: number, text = 'hello') => ({
  field: 'comments',
  value: {
    id: String(id),
    text,
    from: { id: '42', username: 'someone' },
    media: { id: '1', media_product_type: 'FEED' },
  },
});
const batch = (...entries: object[]) => JSON.stringify({ object: 'instagram', entry: entries });
const entry = (...changes: object[]) => ({ id: accountId, time: 1_790_000_000, changes });
const sign = (body: string | Uint8Array, secret: string = SANDBOX_APP.secret) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const post = (body: string | Uint8Array, signature?: string) =>
  server.call('POST', '/api/webhooks/instagram', body, {
    authorization: '',
    'content-type': 'application/json',
    ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
  });

const stored = async (): Promise<number> => {
  const workspaceId = await server.workspaceId();
  const { rows } = await server.database.withWorkspace(workspaceId, (tx) =>
    sql<{ count: number }>`select count(*)::int as count from heddle.inbound_event`.execute(tx),
  );
  return rows[0]?.count ?? 0;
};

describe('POST /api/webhooks/instagram', () => {
  it.each([
    ['no signature', () => undefined],
    ['a wrong signature', (body: string) => sign(body, 'guess')],
    ['the signature of another body', () => sign('{}')],
    ['an unsigned algorithm', (body: string) => sign(body).replace('sha256=', 'sha1=')],
    ['a cut signature', (body: string) => sign(body).slice(0, 40)],
  ])('refuses %s with 401 and stores nothing', async (_what, signature) => {
    const before = await stored();
    const body = batch(entry(comment(serial)));
    expect(await post(body, signature(body))).toMatchObject({
      status: 401,
      body: { code: 'WEBHOOK_SIGNATURE_INVALID' },
    });
    expect(await stored()).toBe(before);
  });

  it('takes the signature of either secret while they are rotated', async () => {
    const before = await stored();
    const [one, two] = [batch(entry(comment(serial))), batch(entry(comment(serial + 1)))];
    expect((await post(one, sign(one))).status).toBe(200);
    expect((await post(two, sign(two, OLD_SECRET))).status).toBe(200);
    expect(await stored()).toBe(before + 2);
  });

  it('answers a replayed body with 200 and stores it once', async () => {
    const before = await stored();
    const body = batch(entry(comment(serial)));
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(body, sign(body))));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
    expect(await stored()).toBe(before + 1);
  });

  it('counts every item of every entry, not just the first', async () => {
    const before = await stored();
    const body = batch(
      ...[0, 2, 4, 6, 8].map((offset) => entry(comment(serial + offset), comment(serial + offset + 1))),
    );
    expect((await post(body, sign(body))).status).toBe(200);
    expect(await stored()).toBe(before + 10);
  });

  it('keeps what it does not understand, and answers 200', async () => {
    const before = await stored();
    const body = batch(entry({ field: 'brand_new_field', value: { surprise: serial } }));
    expect((await post(body, sign(body))).status).toBe(200);
    expect(await stored()).toBe(before + 1);
  });

  it('answers 200 for an account that nobody connected, and counts it', async () => {
    const before = await stored();
    const body = batch({ ...entry(comment(serial)), id: '17840000000000000' });
    expect((await post(body, sign(body))).status).toBe(200);
    expect(await stored()).toBe(before);
    expect((await server.call('GET', '/metrics')).body).toMatch(
      /heddle_webhook_unrouted_total\{platform="instagram"\} 1/,
    );
  });

  it.each([
    ['an account id with a zero character', (sound: object) => [{ ...entry(comment(serial)), id: 'a\0b' }, sound]],
    ['a time in the year 300000', (sound: object) => [{ ...entry(comment(serial)), time: 9e15 }, sound]],
    [
      'a person with an endless id',
      (sound: object) => {
        const { field, value } = comment(serial);
        return [
          entry({ field, value: { ...value, from: { id: createHmac('sha256', '').digest('hex').repeat(100) } } }),
          sound,
        ];
      },
    ],
  ])('stores what stands beside %s', async (_what, entries) => {
    const before = await stored();
    const body = batch(...entries(entry(comment(serial + 1))));
    expect((await post(body, sign(body))).status).toBe(200);
    expect(await stored()).toBeGreaterThan(before);
  });

  it.each([
    ['broken JSON', '{"object":'],
    ['1 MB of brackets', '['.repeat(1_000_000)],
    ['a key named __proto__', '{"__proto__":{"object":"instagram"}}'],
  ])('answers %s with 400', async (_what, body) => {
    expect(await post(body, sign(body))).toMatchObject({ status: 400, body: { code: 'REQUEST_NOT_JSON' } });
  });

  it('answers invalid UTF-8 with 400', async () => {
    const body = Buffer.concat([Buffer.from('{"object":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(await post(body, sign(body))).toMatchObject({ status: 400, body: { code: 'REQUEST_NOT_JSON' } });
  });

  it('answers 2 MB of brackets with 413 before it reads them, whatever the signature', async () => {
    const body = '['.repeat(2_000_000);
    expect(await post(body, sign(body))).toMatchObject({ status: 413, body: { code: 'REQUEST_TOO_LARGE' } });
  });

  it.each([
    ['null'],
    ['[]'],
    ['"text"'],
    ['{}'],
    ['{"object":"instagram","entry":null}'],
    ['{"object":"instagram","entry":[null,1,{}]}'],
  ])('is not upset by %s', async (body) => {
    expect((await post(body, sign(body))).status).toBe(200);
  });
});

describe('GET /api/webhooks/instagram', () => {
  const handshake = (query: Record<string, string>) =>
    server.call('GET', `/api/webhooks/instagram?${new URLSearchParams(query).toString()}`, undefined, {
      authorization: '',
    });
  const right = { 'hub.mode': 'subscribe', 'hub.verify_token': SANDBOX_APP.verifyToken, 'hub.challenge': '1158201444' };

  it('answers the challenge, and only for the right mode and token', async () => {
    expect(await handshake(right)).toMatchObject({ status: 200, body: '1158201444' });
    expect(await handshake({ ...right, 'hub.verify_token': 'guess' })).toMatchObject({
      status: 403,
      body: { code: 'WEBHOOK_VERIFY_FAILED' },
    });
    expect((await handshake({ ...right, 'hub.mode': 'unsubscribe' })).status).toBe(403);
    expect((await handshake({})).status).toBe(403);
  });

  it('answers text, so that a challenge of a stranger is no page', async () => {
    expect((await handshake({ ...right, 'hub.challenge': '<script>' })).headers.get('content-type')).toMatch(
      /^text\/plain/,
    );
  });

  it('knows only platforms that are there, and only GET and POST', async () => {
    expect((await server.call('GET', '/api/webhooks/nothing')).status).toBe(404);
    expect((await server.call('DELETE', '/api/webhooks/instagram')).status).toBe(405);
  });
});

it('takes nothing while no app secret is set, since nothing could be verified', async () => {
  const bare = await startTestServer({ HEDDLE_SANDBOX: 'off' });
  try {
    const body = batch(entry(comment(serial)));
    for (const answer of [
      await bare.call('POST', '/api/webhooks/instagram', body, { 'x-hub-signature-256': sign(body, '') }),
      await bare.call('GET', '/api/webhooks/instagram?hub.mode=subscribe&hub.verify_token=&hub.challenge=1'),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'WEBHOOK_NOT_CONFIGURED' } });
  } finally {
    await bare.stop();
  }
});
