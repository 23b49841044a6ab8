/** The production client against the strict sandbox, over real HTTP: both were written from the same documents, by different hands. */
import type { PlatformAccount, PlatformApp, WebhookItem } from '@heddle/engine';
import { FlowError, type JsonValue, type PlatformAction } from '@heddle/schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInstagramPlatform } from '../src/instagram/platform/client.ts';
import { SANDBOX_APP, seedPostId } from '../src/instagram/sandbox/index.ts';
import { ACCOUNT, IGSID, startHarness, type Harness } from '../src/instagram/sandbox/sandbox-harness.ts';

let harness: Harness;
let account: PlatformAccount;
let app: PlatformApp;
const platform = createInstagramPlatform({ nowMs: () => harness.clock.nowMs });

beforeAll(async () => {
  harness = await startHarness();
  const token = await harness.token();
  app = {
    appId: SANDBOX_APP.id,
    appSecrets: [SANDBOX_APP.secret],
    verifyToken: 'harness-token',
    apiUrl: harness.base,
    oauthUrl: harness.base,
    tokenUrl: harness.base,
  };
  account = {
    connectionId: 'c1',
    externalId: ACCOUNT,
    http: {
      request: async ({ method, path, query = {}, body }) => {
        const search = new URLSearchParams(query).toString();
        const response = await fetch(`${harness.base}${path}${search === '' ? '' : `?${search}`}`, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return {
          status: response.status,
          headers: Object.fromEntries(response.headers),
          body: await readBody(response),
        };
      },
    },
  };
  await platform.oauth.subscribe(account);
});
afterAll(() => harness.close());

/** JSON, or the text of a gateway's page. */
async function readBody(response: Response): Promise<JsonValue> {
  const text = await response.text();
  return text.startsWith('{') ? (JSON.parse(text) as JsonValue) : text; // JSON.parse gives JSON
}

/** What the sandbox's webhooks say, checked and parsed as the server does. */
async function received(): Promise<WebhookItem[]> {
  await harness.sandbox.settle();
  return harness.receiver.received.flatMap(({ bytes, headers, body }) => {
    const signature = headers['x-hub-signature-256'];
    expect(platform.webhook.verify(bytes, { 'x-hub-signature-256': String(signature) }, app)).toBe(true);
    return platform.webhook.parse(body as JsonValue); // a body that came as JSON
  });
}

const toWanjiru = (message: Extract<PlatformAction, { kind: 'message' }>['message']): PlatformAction => ({
  kind: 'message',
  to: IGSID.wanjiru,
  message,
});
const failure = async (action: PlatformAction): Promise<FlowError> =>
  platform.perform(action, account).then(
    () => expect.fail('It was accepted.'),
    (error: unknown) => (error instanceof FlowError ? error : expect.fail(String(error))),
  );

describe('a comment', () => {
  let commentId = '';

  it('arrives with its author, text and post', async () => {
    commentId = await harness.comment('wanjiru', seedPostId(1), 'Bei gani? 👟');
    const event = (await received()).find(({ event: { key } }) => key === `comment:${commentId}`);
    expect(event).toMatchObject({
      accountId: ACCOUNT,
      event: {
        kind: 'instagram/comment',
        contact: { platformId: IGSID.wanjiru, username: expect.any(String) },
        data: { commentId, text: 'Bei gani? 👟', mediaId: seedPostId(1) },
      },
    });
  });

  it('gets its public reply, which comes back as our own comment', async () => {
    const action: PlatformAction = { kind: 'commentReply', commentId, text: 'Sent you a message!' };
    const since = harness.clock.nowMs;
    const receipt = await platform.perform(action, account);
    expect(receipt.platformId).toMatch(/^\d+$/);
    await expect(platform.reconcile(action, since, account)).resolves.toEqual({ outcome: 'sent', receipt });
    const own = (await received()).find(({ event: { key } }) => key === `comment:${receipt.platformId ?? ''}`);
    if (own !== undefined) expect(own.event.kind).toBe('instagram/own-comment');
  });

  it('gets one private reply, and no second', async () => {
    const action: PlatformAction = {
      kind: 'privateReply',
      commentId,
      message: { kind: 'text', text: 'Shall I send you the price?' },
    };
    const since = harness.clock.nowMs;
    const receipt = await platform.perform(action, account);
    expect(receipt.recipientId).toBe(IGSID.wanjiru);
    await expect(platform.reconcile(action, since, account)).resolves.toMatchObject({
      outcome: 'sent',
      receipt: { platformId: receipt.platformId },
    });
    expect(await failure(action)).toMatchObject({
      code: 'PLATFORM_REFUSED',
      details: { subcode: 2534025, sent: false },
    });
    expect(
      (await received()).some(
        ({ event }) => event.kind === 'instagram/echo' && event.key === `echo:${receipt.platformId ?? ''}`,
      ),
    ).toBe(true);
  });

  it('opens no window', async () => {
    expect(await failure(toWanjiru({ kind: 'text', text: 'One more thing' }))).toMatchObject({
      code: 'SEND_WINDOW_CLOSED',
      details: { sent: false },
    });
  });
});

describe('a conversation', () => {
  it('is opened by a message of the person', async () => {
    await harness.act('wanjiru', { kind: 'text', text: 'Ndio' });
    expect((await received()).find(({ event }) => event.kind === 'instagram/message')).toMatchObject({
      event: { contact: { platformId: IGSID.wanjiru }, data: { text: 'Ndio' } },
    });
  });

  it.each<[string, Extract<PlatformAction, { kind: 'message' }>['message']]>([
    ['text', { kind: 'text', text: 'Habari! 👋' }],
    [
      'quick replies',
      { kind: 'text', text: 'Pick one', quickReplies: [{ title: 'Yes', payload: 'YES' }, { title: 'No' }] },
    ],
    [
      'buttons',
      {
        kind: 'buttons',
        text: 'Look around',
        buttons: [
          { kind: 'link', title: 'Open', url: 'https://example.com' },
          { kind: 'postback', title: 'Talk', payload: 'TALK' },
        ],
      },
    ],
    [
      'a carousel',
      {
        kind: 'carousel',
        cards: [
          {
            title: 'Shoe',
            subtitle: 'KES 2,500',
            url: 'https://example.com',
            buttons: [{ kind: 'link', title: 'Order', url: 'https://example.com' }],
          },
          { title: 'Help', subtitle: 'Ask us' },
        ],
      },
    ],
  ])('takes %s', async (_name, message) => {
    await expect(platform.perform(toWanjiru(message), account)).resolves.toMatchObject({
      recipientId: IGSID.wanjiru,
      platformId: expect.any(String),
    });
  });

  it('finds a text again, and does not claim one that was never sent', async () => {
    const since = harness.clock.nowMs;
    const receipt = await platform.perform(toWanjiru({ kind: 'text', text: 'Find me' }), account);
    await expect(
      platform.reconcile(toWanjiru({ kind: 'text', text: 'Find me' }), since, account),
    ).resolves.toMatchObject({ outcome: 'sent', receipt: { platformId: receipt.platformId } });
    harness.clock.nowMs += 2000;
    await expect(
      platform.reconcile(toWanjiru({ kind: 'text', text: 'Never sent' }), since, account),
    ).resolves.toMatchObject({ outcome: 'unknown' });
  });

  it('takes signs of typing and of reading', async () => {
    await expect(platform.perform({ kind: 'typing', to: IGSID.wanjiru }, account)).resolves.toMatchObject({
      platformId: null,
    });
    await expect(platform.perform({ kind: 'markSeen', to: IGSID.wanjiru }, account)).resolves.toMatchObject({
      platformId: null,
    });
  });

  it('shows the profile of who wrote', async () => {
    await expect(platform.read('profile', { platformId: IGSID.wanjiru }, account)).resolves.toMatchObject({
      platformId: IGSID.wanjiru,
      username: expect.any(String),
      firstName: 'Wanjiru',
    });
  });

  it('turns faults into errors by their numbers', async () => {
    const hello = toWanjiru({ kind: 'text', text: 'Hello' });
    await harness.set({
      rules: [
        {
          target: 'send',
          outcome: { kind: 'graph-error', code: 2, subcode: 1545133, isTransient: true },
          remaining: 1,
        },
      ],
    });
    expect(await failure(hello)).toMatchObject({ code: 'PLATFORM_UNAVAILABLE', details: { sent: false } });
    await harness.set({ rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 613 }, remaining: 1 }] });
    const limited = await failure(hello);
    expect(limited).toMatchObject({ code: 'PLATFORM_RATE_LIMITED', details: { sent: false } });
    expect(limited.retryAtMs).toBeGreaterThan(harness.clock.nowMs);
    await harness.set({ rules: [{ target: 'any', outcome: { kind: 'http-status', status: 503 }, remaining: 1 }] });
    expect(await failure(hello)).toMatchObject({ code: 'PLATFORM_UNAVAILABLE', details: { sent: true } });
    await harness.set({
      rules: [{ target: 'any', outcome: { kind: 'graph-error', code: 190, subcode: 460 }, remaining: 1 }],
    });
    expect(await failure(hello)).toMatchObject({ code: 'PLATFORM_TOKEN_INVALID' });
    await harness.set({ rules: [] });
  });
});

it('lists the posts of the account', async () => {
  const page = await platform.read('media', { limit: 3 }, account);
  expect(page).toMatchObject({
    items: [{ id: expect.any(String), kind: expect.any(String) }, {}, {}],
    after: expect.any(String),
  });
});

it('connects an account from the page of consent to the grant', async () => {
  const redirectUri = 'http://127.0.0.1:4600/api/instagram/auth/callback';
  const page = await fetch(platform.oauth.authorizeUrl(app, { redirectUri, state: 'state-1' }));
  const html = await page.text();
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? '';
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of html.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g))
    form.append(name, value.replaceAll('&#38;', '&'));
  form.append('account', ACCOUNT);
  for (const { name } of platform.oauth.scopes) form.append('granted', name);
  form.append('decision', 'allow');
  const answer = await fetch(new URL(action, harness.base), { method: 'POST', body: form, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('state-1');
  const fetchJson = async (
    url: string,
    init: { method: 'GET' | 'POST'; form?: Record<string, string>; headers?: Record<string, string> },
  ) => {
    const response = await fetch(url, {
      method: init.method,
      headers: init.headers ?? {},
      ...(init.form === undefined ? {} : { body: new URLSearchParams(init.form) }),
    });
    return { status: response.status, body: (await response.json()) as JsonValue }; // answers of the sandbox are JSON
  };
  const grant = await platform.oauth.exchange(
    app,
    { code: `${back.searchParams.get('code') ?? ''}#_`, redirectUri },
    fetchJson,
  );
  expect(grant.account.externalId).toBe(ACCOUNT);
  expect(grant.grantedScopes.toSorted((a, b) => a.localeCompare(b))).toEqual(
    platform.oauth.scopes.map(({ name }) => name).toSorted((a, b) => a.localeCompare(b)),
  );
  expect(grant.expiresAtMs).toBeGreaterThan(harness.clock.nowMs + 50 * 86_400_000);
  await expect(
    platform.oauth.exchange(app, { code: back.searchParams.get('code') ?? '', redirectUri }, fetchJson),
  ).rejects.toMatchObject({ code: 'OAUTH_REFUSED' });
  harness.clock.nowMs += 2 * 86_400_000;
  await expect(platform.oauth.refresh(app, grant.accessToken, fetchJson)).resolves.toMatchObject({
    accessToken: expect.any(String),
  });
});
