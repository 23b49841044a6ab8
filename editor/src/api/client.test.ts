import { api } from '@heddle/schemas/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseProblem, toProblem } from './api-problem.ts';
import { buildUrl, callApi, onSignedOut, requestJson } from './client.ts';

const answer = (status: number, body: string, type = 'application/json') =>
  vi.fn<typeof fetch>(
    async () => new Response(status === 204 ? null : body, { status, headers: { 'content-type': type } }),
  );

afterEach(() => vi.unstubAllGlobals());

describe('buildUrl', () => {
  it('fills parameters, encoded', () => {
    expect(buildUrl('/api/flows/:id/versions/:version', { id: 'a/b', version: 3 })).toBe('/api/flows/a%2Fb/versions/3');
  });

  it('leaves absent values out of the query and keeps 0 and false', () => {
    expect(
      buildUrl('/api/flows', {}, { search: 'a b&c', state: undefined, cursor: null, limit: 0, all: false, empty: '' }),
    ).toBe('/api/flows?search=a+b%26c&limit=0&all=false');
  });

  it('refuses a missing parameter instead of asking for "undefined"', () => {
    expect(() => buildUrl('/api/flows/:id', {})).toThrow('"id"');
  });
});

describe('callApi', () => {
  it('sends what the contract says and gives the parsed answer', async () => {
    const fetchMock = answer(201, '{"id":"f1"}');
    vi.stubGlobal('fetch', fetchMock);
    await expect(callApi(api.flows.create, { body: { templateId: 't' } })).resolves.toEqual({ id: 'f1' });
    expect(fetchMock).toHaveBeenCalledWith(
      '/api/flows',
      expect.objectContaining({ method: 'POST', body: '{"templateId":"t"}', credentials: 'same-origin' }),
    );
  });

  it('gives nothing for an empty answer', async () => {
    vi.stubGlobal('fetch', answer(204, ''));
    await expect(callApi(api.flows.remove, { params: { id: 'f1' } })).resolves.toBeUndefined();
  });

  it('turns problem+json into an ApiProblem with its issues', async () => {
    const issues = [{ code: 'X', severity: 'error', message: 'The edge leads nowhere.', node: 'a' }];
    vi.stubGlobal(
      'fetch',
      answer(
        422,
        JSON.stringify({
          type: 'x',
          title: 'Invalid',
          status: 422,
          code: 'FLOW_INVALID',
          detail: 'The flow has 1 error.',
          remedy: 'Look at it.',
          issues,
        }),
        'application/problem+json',
      ),
    );
    await expect(callApi(api.flows.import, { body: {} })).rejects.toMatchObject({
      status: 422,
      code: 'FLOW_INVALID',
      message: 'The flow has 1 error.',
      remedy: 'Look at it.',
      issues,
    });
  });

  it('says so when the server cannot be reached', async () => {
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async () => Promise.reject(new TypeError('Failed to fetch'))),
    );
    await expect(callApi(api.session.get, {})).rejects.toMatchObject({ code: 'OFFLINE', status: 0 });
  });

  it('does not show a proxy page as an error text', async () => {
    vi.stubGlobal('fetch', answer(502, '<html>Bad gateway</html>', 'text/html'));
    await expect(callApi(api.session.get, {})).rejects.toMatchObject({
      status: 502,
      detail: 'Heddle is starting or cannot be reached right now.',
    });
  });

  it('tells the page when nobody is signed in, but not when signing in fails', async () => {
    vi.stubGlobal('fetch', answer(401, '{"message":"Invalid email or password","code":"INVALID_EMAIL_OR_PASSWORD"}'));
    const listener = vi.fn<() => void>();
    const stop = onSignedOut(listener);
    await expect(
      requestJson('/api/auth/sign-in/email', { method: 'POST', body: {}, isSignInCall: true }),
    ).rejects.toMatchObject({ status: 401 });
    expect(listener).not.toHaveBeenCalled();
    await expect(callApi(api.session.get, {})).rejects.toMatchObject({ status: 401 });
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
  });
});

describe('parseProblem', () => {
  it('reads the accounts library and the sandbox', () => {
    expect(parseProblem(401, { message: 'Invalid password', code: 'BAD' })).toMatchObject({
      code: 'BAD',
      detail: 'Invalid password',
    });
    expect(parseProblem(400, { error: { message: 'There is no such persona.' } })).toMatchObject({
      detail: 'There is no such persona.',
      code: 'HTTP_400',
    });
  });

  it('has words for an answer of any other shape', () => {
    expect(parseProblem(418, [1]).detail).toBe('Heddle answered with status 418.');
    expect(toProblem(new RangeError('boom'))).toMatchObject({ code: 'UNEXPECTED', detail: 'boom' });
    expect(toProblem('x').detail).not.toBe('');
  });
});
