import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../testing/index.ts';

let server: TestServer;
let origin: string;
let link: URL;
/** The answer to the first use of the printed link. */
let signedIn: Answer;
beforeAll(async () => {
  server = await startTestServer();
  origin = server.url;
  link = new URL(server.heddle.signInLink ?? '');
  signedIn = await call('GET', `${link.pathname}${link.search}`);
});
afterAll(() => server.stop());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  server.call(method, path, body, { authorization: '', ...headers });
const cookieOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

describe('the printed sign-in link', () => {
  it('signs in once, sets a safe cookie and leads to the editor', async () => {
    expect(signedIn.status).toBe(302);
    expect(signedIn.headers.get('location')).toBe('/');
    expect(signedIn.headers.getSetCookie()[0]).toMatch(/heddle\.session_token=.*HttpOnly.*SameSite=Lax/);
    const session = await call('GET', '/api/session', undefined, { cookie: cookieOf(signedIn) });
    expect(session.body).toMatchObject({
      member: { email: 'you@localhost', hasPassword: false },
      role: 'owner',
      workspace: { name: 'My workspace' },
    });
    const again = await call('GET', `${link.pathname}${link.search}`);
    expect(again.headers.get('location')).toMatch(/^\/sign-in\?error=/);
    expect(again.headers.getSetCookie()).toEqual([]);
  });

  it('cannot be asked for from outside', async () => {
    expect((await call('POST', '/api/auth/sign-in/magic-link', { email: 'you@localhost' })).status).toBe(404);
    expect(
      (
        await call('POST', '/api/auth/sign-up/email', {
          email: 'me@example.com',
          password: 'long enough 1',
          name: 'Me',
        })
      ).status,
    ).toBe(404);
  });
});

describe('a session', () => {
  const PASSWORD = 'correct horse battery';
  const signIn = async (): Promise<string> => {
    const answer = await call(
      'POST',
      '/api/auth/sign-in/email',
      { email: 'owner@example.com', password: PASSWORD },
      { origin },
    );
    return cookieOf(answer);
  };

  it('gives the account of a new installation its first password and address, once', async () => {
    const set = async (body: object) =>
      (await call('POST', '/api/auth/set-password', body, { cookie: cookieOf(signedIn), origin })).status;
    expect(await set({ newPassword: 'short' })).toBe(400);
    expect(await set({ newPassword: PASSWORD, email: 'nonsense' })).toBe(400);
    expect(await set({ newPassword: PASSWORD, email: 'Owner@example.com' })).toBe(204);
    // Whoever holds a session cannot replace a password without knowing it.
    expect(await set({ newPassword: 'another one entirely' })).toBe(400);
    expect((await call('POST', '/api/auth/set-password', { newPassword: PASSWORD }, { origin })).status).toBe(401);
  });

  it('changes name and address of the account; the address only with the password', async () => {
    const cookie = await signIn();
    const change = async (body: object) => {
      const { status, body: answer } = await call('POST', '/api/auth/set-account', body, { cookie, origin });
      return status === 204 ? 'done' : answer.detail;
    };
    const member = async () => (await call('GET', '/api/session', undefined, { cookie })).body.member;
    expect(await member()).toMatchObject({ email: 'owner@example.com', hasPassword: true });
    expect(await change({ name: '  Ada Weaver ' })).toBe('done');
    expect(await change({ name: ' ' })).toContain('between 1 and 80');
    expect(await change({ email: 'not an address', currentPassword: PASSWORD })).toBe('That is no e-mail address.');
    expect(await change({ email: 'ada@example.com' })).toBe('The current password is not right.');
    expect(await change({ email: 'ada@example.com', currentPassword: PASSWORD })).toBe('done');
    expect(await member()).toMatchObject({ name: 'Ada Weaver', email: 'ada@example.com' });
    expect(await change({ email: 'owner@example.com', currentPassword: PASSWORD })).toBe('done');
    // Guesses are counted.
    const guess = () => change({ email: 'ada@example.com', currentPassword: 'a wrong guess' });
    expect([await guess(), await guess(), await guess()].at(-1)).toBe('Too many attempts.');
    expect((await call('POST', '/api/auth/set-account', { name: 'Eve' }, { origin })).status).toBe(401);
  });

  it('is needed and enough for the API, and ends with sign-out', async () => {
    const cookie = await signIn();
    expect((await call('GET', '/api/flows', undefined, { cookie })).status).toBe(200);
    expect((await call('POST', '/api/flows', {}, { cookie, origin })).status).toBe(201);
    expect((await call('POST', '/api/auth/sign-out', {}, { cookie, origin })).status).toBe(200);
    expect((await call('GET', '/api/flows', undefined, { cookie })).status).toBe(401);
  });

  it('is not to be used by a foreign page', async () => {
    const cookie = await signIn();
    for (const headers of [{ cookie, origin: 'https://evil.example' }, { cookie, origin: 'null' }, { cookie }]) {
      expect((await call('POST', '/api/flows', {}, headers)).body.code).toBe('ORIGIN_REFUSED');
    }
    expect(
      (
        await call(
          'POST',
          '/api/auth/sign-in/email',
          { email: 'owner@example.com', password: 'x' },
          { origin: 'https://evil.example' },
        )
      ).status,
    ).toBe(403);
  });

  it('sees another workspace only after becoming a member of it', async () => {
    const cookie = await signIn();
    const other = await server.addWorkspace('Second shop');
    const change = () => call('POST', '/api/session/workspace', { workspaceId: other.workspaceId }, { cookie, origin });
    expect((await change()).status).toBe(404);
    const memberId = (await call('GET', '/api/session', undefined, { cookie })).body.member.id;
    await server.database.withWorkspace(other.workspaceId, (tx) =>
      tx
        .insertInto('heddle.member')
        .values({ workspace_id: other.workspaceId, member_id: memberId, role: 'viewer' })
        .execute(),
    );
    expect((await change()).body).toMatchObject({ workspace: { name: 'Second shop' }, role: 'viewer' });
    expect((await call('POST', '/api/flows', {}, { cookie, origin })).body.code).toBe('ROLE_TOO_LOW');
  });

  it('is not given for a wrong password, and after ten tries not even asked for', async () => {
    const attempt = () =>
      call(
        'POST',
        '/api/auth/sign-in/email',
        { email: 'owner@example.com', password: 'wrong wrong wrong' },
        { origin, 'x-heddle-client-address': '203.0.113.9', 'x-forwarded-for': '203.0.113.9' },
      );
    const answers: Answer[] = [];
    for (let round = 0; round < 12; round += 1) answers.push(await attempt());
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } });
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('API keys', () => {
  it('are shown once, listed without their secret, and work until revoked', async () => {
    const made = (await server.call('POST', '/api/api-keys', { name: 'CI', role: 'editor' })).body;
    expect(made.secret).toMatch(/^hdl_[\w-]{43}$/);
    expect(JSON.stringify((await server.call('GET', '/api/api-keys')).body)).not.toContain(made.secret);
    const auth = { authorization: `Bearer ${made.secret}` };
    expect((await call('GET', '/api/session', undefined, auth)).body).toMatchObject({ role: 'editor' });
    expect((await call('POST', '/api/api-keys', { name: 'more', role: 'owner' }, auth)).body.code).toBe('ROLE_TOO_LOW');
    expect((await server.call('DELETE', `/api/api-keys/${made.key.id}`)).status).toBe(204);
    expect((await call('GET', '/api/session', undefined, auth)).status).toBe(401);
    expect((await server.call('DELETE', `/api/api-keys/${made.key.id}`)).status).toBe(404);
  });

  it('end on their day', async () => {
    const { secret } = (
      await server.call('POST', '/api/api-keys', { name: 'old', role: 'viewer', expiresAt: '2020-01-01T00:00:00Z' })
    ).body;
    expect((await call('GET', '/api/flows', undefined, { authorization: `Bearer ${secret}` })).status).toBe(401);
  });

  it.each(['Bearer', 'Bearer wrong', 'Basic abc', `Bearer ${'x'.repeat(400)}`])(
    'refuses "%s"',
    async (authorization) => {
      expect((await call('GET', '/api/flows', undefined, { authorization })).status).toBe(401);
    },
  );
});
