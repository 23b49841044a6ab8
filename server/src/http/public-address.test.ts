import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPublicAddress, lookupPublic, parsePublicUrl } from './public-address.ts';
import { createPublicHttpService } from './public-http-service.ts';

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700:4700::1111', '::ffff:8.8.8.8'])(
    'lets %s through',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '127.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2001:db8::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:1::',
    '100::1',
    'fe80::1%eth0',
    'nonsense',
    '',
  ])('stops %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('parsePublicUrl', () => {
  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com',
    'javascript:alert(1)',
    'data:text/plain,x',
    '//example.com',
    'example.com',
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/latest',
    'http://0/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://017700000001/',
    'http://127.1/',
    'http://user:secret@example.com/',
    'http://user@example.com/',
  ])('stops %s', (url) => {
    expect(() => parsePublicUrl(url)).toThrow(expect.objectContaining({ code: 'HTTP_TARGET_FORBIDDEN' }));
  });

  it('lets a name through: it is checked when it is resolved', () => {
    expect(parsePublicUrl('https://example.com:8443/a?b=c').host).toBe('example.com:8443');
  });
});

describe('lookupPublic', () => {
  const look = (name: string, all: boolean) =>
    new Promise((resolve) => lookupPublic(name, { all }, (error, address) => resolve(error ?? address)));

  it('refuses a name that leads inside, for one address and for all', async () => {
    expect(await look('localhost', false)).toMatchObject({ code: 'HTTP_TARGET_FORBIDDEN' });
    expect(await look('localhost', true)).toMatchObject({ code: 'HTTP_TARGET_FORBIDDEN' });
  });
});

describe('the HTTP service of flows', () => {
  let server: Server;
  let port: number;
  let calls: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      calls.push(`${request.method} ${request.headers.host} ${request.url} ${request.headers.authorization ?? '-'}`);
      const path = request.url ?? '/';
      if (path.startsWith('/to?'))
        response
          .writeHead(path.includes('keep') ? 307 : 302, {
            location: decodeURIComponent(path.slice(path.indexOf('=') + 1)),
          })
          .end();
      else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else if (path === '/large') response.end('x'.repeat(200_000));
      else if (path === '/silent') return;
      else if (path === '/cut') request.socket.destroy();
      else response.end(`said ${request.method}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port; // listens on a port, not a pipe
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => void (calls = []));

  /** Names ending in .public lead to the test server, as if that had a public address; everything else is looked up as always. */
  const service = createPublicHttpService({
    lookup: (name, options, callback) =>
      name.endsWith('.public')
        ? typeof options === 'object' && options.all
          ? callback(null, [{ address: '127.0.0.1', family: 4 }])
          : callback(null, '127.0.0.1', 4)
        : lookupPublic(name, options, callback),
  });
  const get = (url: string, extra: object = {}) =>
    service.request({ method: 'GET', url, headers: {}, timeoutMs: 2000, ...extra });

  it('calls a public address and gives its answer', async () => {
    expect(await get(`http://shop.public:${port}/ok`)).toMatchObject({ status: 200, body: 'said GET' });
  });

  it('makes no connection to an address inside, directly or by name', async () => {
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
    ]) {
      await expect(get(url)).rejects.toMatchObject({ code: 'HTTP_TARGET_FORBIDDEN' });
    }
    expect(calls).toEqual([]);
  });

  it('checks every hop of a redirect', async () => {
    await expect(
      get(`http://shop.public:${port}/to?u=${encodeURIComponent(`http://127.0.0.1:${port}/secret`)}`),
    ).rejects.toMatchObject({ code: 'HTTP_TARGET_FORBIDDEN' });
    await expect(
      get(`http://shop.public:${port}/to?u=${encodeURIComponent('file:///etc/passwd')}`),
    ).rejects.toMatchObject({ code: 'HTTP_TARGET_FORBIDDEN' });
    expect(calls).toHaveLength(2);
  });

  it('keeps credentials from another host and turns a redirected POST into a GET, unless it must be repeated', async () => {
    const headers = { Authorization: 'Bearer x' };
    await get(`http://a.public:${port}/to?u=${encodeURIComponent(`http://b.public:${port}/b`)}`, {
      method: 'POST',
      headers,
      body: '1',
    });
    await get(`http://a.public:${port}/to?keep=/c`, { method: 'POST', headers, body: '1' });
    expect(calls.filter((call) => !call.includes('/to?'))).toEqual([
      `GET b.public:${port} /b -`,
      `POST a.public:${port} /c Bearer x`,
    ]);
  });

  it('stops following after three redirects', async () => {
    await expect(get(`http://a.public:${port}/loop`)).rejects.toMatchObject({ code: 'HTTP_FAILED' });
    expect(calls).toHaveLength(4);
  });

  it('limits size and time, and says whether the call may have had an effect', async () => {
    await expect(get(`http://a.public:${port}/large`)).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      details: { sent: true },
    });
    await expect(get(`http://a.public:${port}/silent`, { timeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      details: { sent: true },
    });
    await expect(get(`http://a.public:${port}/cut`)).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      details: { sent: true },
    });
    await expect(get('http://a.public:1/')).rejects.toMatchObject({ code: 'HTTP_FAILED', details: { sent: false } });
    await expect(get('http://does-not-exist.invalid/')).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      details: { sent: false },
    });
  });

  it('sets no header that belongs to the connection, and none with a line break', async () => {
    await get(`http://a.public:${port}/ok`, {
      headers: { Host: 'evil', 'Transfer-Encoding': 'chunked', 'x-a': 'b\r\nx-b: c' },
    });
    expect(calls).toEqual([`GET a.public:${port} /ok -`]);
  });
});
