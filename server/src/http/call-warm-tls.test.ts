import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { callWarm } from './call-warm.ts';
import type { HttpCall } from './http-call.ts';
import { LOCAL_CERTIFICATE, LOCAL_KEY } from './testing/local-certificate.ts';
import { warmUp } from './warm-connections.ts';

const trusted = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...trusted, LOCAL_CERTIFICATE]));
afterAll(() => setDefaultCACertificates(trusted));

interface Platform {
  readonly call: HttpCall;
  /** One for each connection: whether TLS was taken up again in fewer steps. */
  readonly connections: boolean[];
  readonly requests: { count: number };
}

/** @param isKept Whether it keeps connections open after an answer. */
async function startPlatform(isKept = true): Promise<Platform> {
  const requests = { count: 0 };
  const server = createServer({ cert: LOCAL_CERTIFICATE, key: LOCAL_KEY }, (request, response) => {
    requests.count += 1;
    response.shouldKeepAlive = isKept;
    request.resume().once('end', () => response.end('{}'));
  });
  const connections: boolean[] = [];
  server.on('secureConnection', (socket: TLSSocket) => connections.push(socket.isSessionReused()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // listens on a port, not a pipe
  const call: HttpCall = {
    url: new URL(`https://localhost:${port}/messages`),
    method: 'POST',
    headers: {},
    body: '{}',
    timeoutMs: 30_000,
    maxBytes: 100,
  };
  return { call, connections, requests };
}

it('goes over the same connection as the call before', async () => {
  const { call, connections } = await startPlatform();
  await callWarm(call);
  expect(await callWarm(call)).toMatchObject({ status: 200 });
  expect(connections).toHaveLength(1);
});

it('takes the connection that was made in advance', async () => {
  const { call, connections } = await startPlatform();
  await warmUp(call.url, 30_000);
  await callWarm(call);
  expect(connections).toHaveLength(1);
});

it('takes TLS up again where the connection before left it', async () => {
  const { call, connections } = await startPlatform(false);
  await callWarm(call);
  await callWarm(call);
  expect(connections).toEqual([false, true]);
});

it('says nothing to somebody whose certificate nobody vouches for', async () => {
  const { call, requests } = await startPlatform();
  setDefaultCACertificates(trusted);
  onTestFinished(() => setDefaultCACertificates([...trusted, LOCAL_CERTIFICATE]));
  await expect(callWarm(call)).rejects.toMatchObject({ reason: 'unreachable', sent: false });
  expect(requests.count).toBe(0);
});

it('says nothing to somebody who shows the certificate of another name', async () => {
  const { call, requests } = await startPlatform();
  const url = new URL(call.url);
  url.hostname = '127.0.0.2';
  await expect(callWarm({ ...call, url })).rejects.toMatchObject({ reason: 'unreachable', sent: false });
  expect(requests.count).toBe(0);
});
