import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SANDBOX_APP } from './options.ts';
import { ACCOUNT, startHarness } from './sandbox-harness.ts';
import type { Harness } from './sandbox-harness.ts';

const REDIRECT = 'http://localhost:4600/api/instagram/auth/callback';
const SCOPE = 'instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments';
let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterAll(() => h.close());
beforeEach(() => h.set({ variants: { tokenAnswer: 'flat', userIdAs: 'text', permissionsAs: 'text' } }));

const authorizeQuery = (over: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    client_id: SANDBOX_APP.id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: SCOPE,
    state: 's-1',
    ...over,
  }).toString();

async function decide(form: Readonly<Record<string, string>>, granted: readonly string[]): Promise<URL> {
  const body = new URLSearchParams({
    client_id: SANDBOX_APP.id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: SCOPE,
    state: 's-1',
    account: ACCOUNT,
    ...form,
  });
  for (const scope of granted) body.append('granted', scope);
  const response = await fetch(`${h.base}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
  return new URL(response.headers.get('location') ?? 'about:blank');
}

function exchangeRaw(form: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${h.base}/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: SANDBOX_APP.id,
      client_secret: SANDBOX_APP.secret,
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT,
      ...form,
    }),
  });
}

async function exchange(
  form: Readonly<Record<string, string>>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await exchangeRaw(form);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // an object by the sandbox's contract
}

const allow = (granted: readonly string[] = SCOPE.split(',')): Promise<URL> => decide({ decision: 'allow' }, granted);
const codeOf = (url: URL): string => url.searchParams.get('code') ?? '';

describe('login', () => {
  it('shows the account and a tick box for each scope', async () => {
    const html = await (await fetch(`${h.base}/oauth/authorize?${authorizeQuery()}`)).text();
    expect(html).toContain('maua.studio');
    expect(html).toContain('value="instagram_business_manage_comments" checked');
    expect(html).toContain('value="instagram_business_basic" checked disabled');
  });

  it.each([
    ['an app that does not exist', { client_id: '1' }],
    ['a scope that died in 2025', { scope: 'business_basic' }],
    ['no basic scope', { scope: 'instagram_business_manage_messages' }],
    ['another response type', { response_type: 'token' }],
    ['half an address', { redirect_uri: '/callback' }],
  ])('refuses %s on a page of its own, without redirecting', async (_name, over) => {
    const response = await fetch(`${h.base}/oauth/authorize?${authorizeQuery(over)}`, { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('<h1>');
  });

  it('does not let a name run as a script', async () => {
    const html = await (
      await fetch(`${h.base}/oauth/authorize?${authorizeQuery({ state: '"><script>alert(1)</script>' })}`)
    ).text();
    expect(html).not.toContain('<script>');
  });

  it('sends the code back with the state and `#_`', async () => {
    const back = await allow();
    expect(back.href.startsWith(`${REDIRECT}?`)).toBe(true);
    expect(back.searchParams.get('state')).toBe('s-1');
    expect(back.hash).toBe('#_');
    expect(codeOf(back)).toMatch(/^AQB/);
  });

  it('tells about a refusal', async () => {
    const back = await decide({ decision: 'cancel' }, []);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      error: 'access_denied',
      error_reason: 'user_denied',
      error_description: 'The user denied your request',
      state: 's-1',
    });
  });

  it('withholds an unticked scope, and the API then refuses with 10 or 200', async () => {
    const { body } = await exchange({ code: codeOf(await allow(['instagram_business_manage_messages'])) });
    expect(body['permissions']).toBe('instagram_business_basic,instagram_business_manage_messages');
    const bearer = { authorization: `Bearer ${String(body['access_token'])}` };
    expect((await h.call('GET', '/v25.0/18000000000000012/comments', undefined, bearer)).error).toBe('200');
    expect((await h.call('GET', '/v25.0/me/content_publishing_limit', undefined, bearer)).error).toBe('10');
    expect((await h.call('GET', '/v25.0/me?fields=username', undefined, bearer)).error).toBeNull();
  });
});

describe('code exchange', () => {
  const refused = {
    error_type: 'OAuthException',
    code: 400,
    error_message: 'Matching code was not found or was already used',
  };

  it('works once', async () => {
    const code = codeOf(await allow());
    expect((await exchange({ code })).body).toMatchObject({ user_id: ACCOUNT });
    expect(await exchange({ code })).toEqual({ status: 400, body: refused });
  });

  it('refuses a code with `#_` at its end, a late one and a wrong redirect_uri or secret', async () => {
    expect((await exchange({ code: `${codeOf(await allow())}#_` })).body).toEqual(refused);
    expect((await exchange({ code: codeOf(await allow()), redirect_uri: `${REDIRECT}/` })).status).toBe(400);
    expect((await exchange({ code: codeOf(await allow()), client_secret: 'x' })).status).toBe(400);
    const late = codeOf(await allow());
    h.clock.nowMs += 3_600_000;
    expect((await exchange({ code: late })).body).toEqual(refused);
  });

  it('answers in each of the shapes that have been seen', async () => {
    await h.set({ variants: { tokenAnswer: 'wrapped' } });
    expect((await exchange({ code: codeOf(await allow()) })).body).toMatchObject({
      data: [{ user_id: ACCOUNT, permissions: SCOPE }],
    });
    await h.set({ variants: { tokenAnswer: 'flat', userIdAs: 'number', permissionsAs: 'list' } });
    const response = await exchangeRaw({ code: codeOf(await allow()) });
    const text = await response.text();
    expect(text).toContain(`"user_id":${ACCOUNT},`);
    expect(JSON.parse(text)).toMatchObject({ permissions: SCOPE.split(',') });
  });

  it('takes a multipart form too', async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({
      client_id: SANDBOX_APP.id,
      client_secret: SANDBOX_APP.secret,
      grant_type: 'authorization_code',
      redirect_uri: REDIRECT,
      code: codeOf(await allow()),
    }))
      form.set(name, value);
    expect((await fetch(`${h.base}/oauth/access_token`, { method: 'POST', body: form })).status).toBe(200);
  });
});

describe('tokens', () => {
  const longUrl = (token: string): string =>
    `/access_token?grant_type=ig_exchange_token&client_secret=${SANDBOX_APP.secret}&access_token=${token}`;
  const refreshUrl = (token: string): string =>
    `/refresh_access_token?grant_type=ig_refresh_token&access_token=${token}`;
  const short = async (): Promise<string> =>
    String((await exchange({ code: codeOf(await allow()) })).body['access_token']);

  it('live an hour, sixty days after the exchange, and are refreshed from 24 hours on', async () => {
    const first = await short();
    const long = await h.call('GET', longUrl(first));
    expect(long.body).toEqual({
      access_token: expect.stringMatching(/^IGAA/),
      token_type: 'bearer',
      expires_in: 5_183_944,
    });
    const token = String(long.body['access_token']);
    expect((await h.call('GET', refreshUrl(token))).error).toBe('100');
    h.clock.nowMs += 3_600_000;
    expect((await h.call('GET', `/me?access_token=${first}`)).error).toBe('190/463');
    h.clock.nowMs += 23 * 3_600_000;
    const fresh = await h.call('GET', refreshUrl(token));
    expect(fresh.body['expires_in']).toBe(5_183_944);
    h.clock.nowMs += 59.5 * 86_400_000;
    expect((await h.call('GET', refreshUrl(token))).error).toBe('190/463');
    expect((await h.call('GET', `/v25.0/me?access_token=${String(fresh.body['access_token'])}`)).error).toBeNull();
  });

  it('are refused when missing, unknown or of Facebook', async () => {
    expect((await h.call('GET', '/me')).error).toBe('190');
    const unknown = await h.call('GET', '/me', undefined, { authorization: 'Bearer EAAGabc' });
    expect(unknown.error).toBe('190');
    expect(unknown.headers.get('www-authenticate')).toContain('invalid_token');
  });

  it('die when the owner removes the app', async () => {
    const token = await h.token();
    await h.call('POST', `/_sandbox/accounts/${ACCOUNT}/deauthorize`, {});
    expect((await h.call('GET', `/me?access_token=${token}`)).error).toBe('190/458');
  });
});
