import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

// What a browser or `fetch` would put in order before sending it.

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.stop());

const statusOf = (path: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(server.url, { path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

it.each(['x/../_sandbox/', './_sandbox/', '%2e/_sandbox/', 'v25.0/%2E%2e/_sandbox/personas', '_sandbox/x/..'])(
  'keeps the customer side of the sandbox to members, by the path %s too',
  async (path) => {
    expect(await statusOf(`/sandbox/instagram/${path}`)).toBe(401);
  },
);

it.each(['/', '/api/flows', '/api/webhooks/instagram?hub.mode=subscribe', '/api/hooks/x', '//'])(
  'answers a Host header that is none with 400, at %s',
  async (path) => {
    expect(await statusOf(path, { host: '[bad', authorization: `Bearer ${server.key}` })).toBe(400);
  },
);

it('survives a path that is no address', async () => {
  expect(await statusOf('//')).toBeLessThan(500);
});

it('lets programs sign in, which send no Origin header', async () => {
  const answer = await server.call(
    'POST',
    '/api/auth/sign-in/email',
    { email: 'a@example.com', password: 'wrong wrong' },
    { authorization: '' },
  );
  expect(answer.status).toBe(401);
  expect((await server.call('GET', '/api/auth/get-session', undefined, { authorization: '' })).status).toBe(200);
});
