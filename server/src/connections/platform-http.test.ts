import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPlatformHttp, fetchJson } from './platform-http.ts';

/** Another one for each test, so that none finds a warm connection of the one before. */
let server: Server;
let base: string;
let last: { url: string | undefined; authorization: string | undefined; body: string };

beforeEach(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listens on a port, not a pipe
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  last = { url: request.url, authorization: request.headers.authorization, body: await read(request) };
  if (request.url?.includes('cut')) request.socket.destroy();
  else if (request.url?.includes('page')) response.writeHead(502).end('<html>bad gateway</html>');
  else
    response
      .writeHead(request.url?.includes('refuse') ? 400 : 200, { 'content-type': 'application/json' })
      .end('{"ok":true}');
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

describe('HTTP for a platform', () => {
  it('adds base and token, and gives any answer back', async () => {
    const http = createPlatformHttp(`${base}/api`, 'canary-token');
    expect(
      await http.request({ method: 'POST', path: '/v25.0/me/messages', query: { a: 'b c' }, body: { text: 'hi' } }),
    ).toMatchObject({ status: 200, body: { ok: true } });
    expect(last).toEqual({
      url: '/api/v25.0/me/messages?a=b+c',
      authorization: 'Bearer canary-token',
      body: '{"text":"hi"}',
    });
    expect(await http.request({ method: 'GET', path: '/refuse' })).toMatchObject({ status: 400 });
    expect(await http.request({ method: 'GET', path: '/page' })).toMatchObject({
      status: 502,
      body: '<html>bad gateway</html>',
    });
  });

  it('makes the next call with effects over a connection that was made in advance', async () => {
    const ports = new Set<number | undefined>();
    const note = (socket: { remotePort?: number | undefined }): void => void ports.add(socket.remotePort);
    server.on('connection', note);
    const http = createPlatformHttp(base, 't');
    const isConnected = once(server, 'connection');
    await http.prepare?.();
    await isConnected;
    expect(ports.size).toBe(1);
    expect(await http.request({ method: 'POST', path: '/x', body: { text: 'hi' } })).toMatchObject({ status: 200 });
    expect(ports.size).toBe(1);
    expect(last.body).toBe('{"text":"hi"}');
    // What has just answered is as good as new, for this account and any other.
    const other = createPlatformHttp(base, 'u');
    await other.prepare?.();
    expect(await other.request({ method: 'POST', path: '/x', body: {} })).toMatchObject({ status: 200 });
    expect(ports.size).toBe(1);
    expect(last.authorization).toBe('Bearer u');
    server.off('connection', note);
  });

  it('makes a connection anew when the one made in advance is gone, or could not be made', async () => {
    const isGone = new Promise<void>((resolve) => {
      server.once('connection', (socket: Socket) => {
        socket.on('close', () => resolve());
        socket.end();
      });
    });
    const http = createPlatformHttp(base, 't');
    await http.prepare?.();
    await isGone;
    expect(await http.request({ method: 'POST', path: '/x', body: {} })).toMatchObject({ status: 200 });
    await expect(createPlatformHttp('http://127.0.0.1:1', 't').prepare?.()).resolves.toBeUndefined();
  });

  it('says that a call certainly had no effect when no connection was made, and that it may have had one otherwise', async () => {
    await expect(
      createPlatformHttp('http://127.0.0.1:1', 't').request({ method: 'POST', path: '/x' }),
    ).rejects.toMatchObject({ code: 'PLATFORM_UNAVAILABLE', details: { sent: false } });
    await expect(
      createPlatformHttp('http://does-not-exist.invalid', 't').request({ method: 'POST', path: '/x' }),
    ).rejects.toMatchObject({ details: { sent: false } });
    await expect(createPlatformHttp(base, 't').request({ method: 'POST', path: '/cut' })).rejects.toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
      details: { sent: true },
    });
  });

  it.each(['@evil.example', 'x', '/../../admin', '/v25.0/../../../admin', '/..\\..\\admin'])(
    'lets the path %s not out of the base',
    async (path) => {
      await expect(createPlatformHttp(`${base}/api`, 't').request({ method: 'GET', path })).rejects.toMatchObject({
        code: 'PLATFORM_REFUSED',
      });
    },
  );

  it('keeps secrets of forms and queries out of errors', async () => {
    const failed = await fetchJson('http://127.0.0.1:1/access_token?client_secret=canary', {
      method: 'POST',
      form: { client_secret: 'canary' },
    }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'PLATFORM_UNAVAILABLE', message: expect.not.stringContaining('canary') });
  });
});

it('puts a call off when this process stood still before the first byte: the platform is not at fault', async () => {
  // The time limit of 10 s has passed when the connection is there, because the clock says so.
  const clock = vi.spyOn(performance, 'now');
  let calls = 0;
  clock.mockImplementation(() => (calls++ === 0 ? 0 : 30_000));
  const failed = await createPlatformHttp(base, 't')
    .request({ method: 'POST', path: '/x' })
    .catch((error: unknown) => error)
    .finally(() => clock.mockRestore());
  expect(failed).toMatchObject({ code: 'PLATFORM_RATE_LIMITED', details: { sent: false, isPutOff: true } });
});
