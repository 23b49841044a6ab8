import { api, ENDPOINTS, type Endpoint } from '@heddle/schemas/api';
import { ProblemSchema, validatorOf } from '@heddle/schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';
import { allRoutes } from './all-routes.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.stop());

const NOBODY = '01900000-0000-7000-8000-000000000000';
const fill = (endpoint: Endpoint, id = NOBODY): string => endpoint.path.replace(':id', id).replace(':version', '1');

describe('the contract', () => {
  it('has code for every operation, once', () => {
    expect(allRoutes.map((route) => route.endpoint.id).toSorted()).toEqual(
      ENDPOINTS.map((endpoint) => endpoint.id).toSorted(),
    );
  });

  it.each(ENDPOINTS.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s wants a sign-in',
    async (_id, endpoint) => {
      const answer = await server.call(endpoint.method, fill(endpoint), undefined, { authorization: '' });
      expect(answer).toMatchObject({ status: 401, body: { code: 'SIGN_IN_REQUIRED' } });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(validatorOf(ProblemSchema).issues(answer.body)).toEqual([]);
    },
  );

  it('serves itself as OpenAPI', async () => {
    expect((await server.call('GET', '/api/openapi.json', undefined, { authorization: '' })).body.openapi).toBe(
      '3.1.0',
    );
  });

  it('lets a viewer look and nothing else', async () => {
    const { secret } = (await server.call('POST', '/api/api-keys', { name: 'look', role: 'viewer' })).body;
    const auth = { authorization: `Bearer ${secret}` };
    for (const endpoint of ENDPOINTS.filter((item) => item.access !== 'viewer')) {
      expect([endpoint.id, (await server.call(endpoint.method, fill(endpoint), undefined, auth)).body.code]).toEqual([
        endpoint.id,
        'ROLE_TOO_LOW',
      ]);
    }
    expect((await server.call('GET', api.flows.list.path, undefined, auth)).status).toBe(200);
  });
});

describe('odd requests', () => {
  const importBody = (body: string | Uint8Array, type = 'application/json') =>
    server.call('POST', '/api/flows/import', body, { 'content-type': type });

  it.each([
    ['broken JSON', '{"a":'],
    ['64 levels and one more', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['2 MB of brackets', '['.repeat(2_000_000)],
    ['a key named __proto__', '{"a":{"__proto__":{"x":1}}}'],
    ['the same key in escapes', '{"\\u005f_proto__":1}'],
  ])('refuses %s', async (_what, body) => {
    expect(await importBody(body)).toMatchObject({ status: 400, body: { code: 'REQUEST_NOT_JSON' } });
  });

  it('refuses invalid UTF-8, another content type and a body that is too large', async () => {
    expect((await importBody(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).body.code).toBe('REQUEST_NOT_JSON');
    expect((await importBody('{}', 'text/plain')).body.code).toBe('REQUEST_NOT_JSON');
    expect(await importBody(`"${'x'.repeat(4_300_000)}"`)).toMatchObject({
      status: 413,
      body: { code: 'REQUEST_TOO_LARGE' },
    });
  });

  it('brackets inside of texts are no levels', async () => {
    expect((await importBody(JSON.stringify({ a: '[{"'.repeat(100) }))).body.code).toBe('FLOW_INVALID');
  });

  it('names what does not fit in parameters, query and body', async () => {
    expect(await server.call('GET', '/api/flows/not-an-id')).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID' },
    });
    expect((await server.call('GET', '/api/flows?limit=0')).body.issues[0].path).toBe('/limit');
    expect((await server.call('GET', '/api/flows?limit=ten')).body.code).toBe('REQUEST_INVALID');
    expect((await server.call('GET', '/api/flows?unknown=1')).body.code).toBe('REQUEST_INVALID');
    expect((await server.call('POST', '/api/flows', { name: 5 })).body.issues[0].path).toBe('/name');
  });

  it('answers 404 and 405 as problems, with the methods that there are', async () => {
    expect((await server.call('GET', '/api/nothing')).body.code).toBe('NOT_FOUND');
    const answer = await server.call('DELETE', '/api/flows');
    expect(answer).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  it('takes over a request id that is one and makes one otherwise', async () => {
    expect(
      (await server.call('GET', '/api/flows', undefined, { 'x-request-id': 'abcdefgh-1' })).headers.get('x-request-id'),
    ).toBe('abcdefgh-1');
    expect(
      (await server.call('GET', '/api/flows', undefined, { 'x-request-id': 'a b' })).headers.get('x-request-id'),
    ).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends strict headers: no eval, no foreign frames, no sniffing', async () => {
    const { headers } = await server.call('GET', '/api/flows');
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self'(;|$)/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe-eval');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('leaves no way out of the folder of the editor', async () => {
    for (const path of [
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%00.js',
    ]) {
      expect((await server.call('GET', path)).status).not.toBe(200);
    }
  });

  it('says that it lives, that it is ready, and what it counted', async () => {
    expect((await server.call('GET', '/healthz', undefined, { authorization: '' })).body).toEqual({ status: 'ok' });
    expect((await server.call('GET', '/readyz', undefined, { authorization: '' })).body).toEqual({ status: 'ready' });
    expect((await server.call('GET', '/metrics', undefined, { authorization: '' })).body).toContain(
      'heddle_http_request_seconds_count',
    );
  });
});
