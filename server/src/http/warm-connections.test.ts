import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { callWarm } from './call-warm.ts';
import type { HttpCall } from './http-call.ts';
import { warmUp } from './warm-connections.ts';

/** Another one for each test, so that none finds a warm connection of the one before. */
let server: Server;
let call: HttpCall;
let opened: Socket[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  opened = [];
  answer = (response) => void response.end('ok');
  server = createServer((_, response) => answer(response));
  server.on('connection', (socket: Socket) => opened.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // listens on a port, not a pipe
  call = callTo(port);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const callTo = (port: number): HttpCall => ({
  url: new URL(`http://127.0.0.1:${port}/`),
  method: 'POST',
  headers: {},
  timeoutMs: 30_000,
  maxBytes: 100,
});
async function closed(sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) if (!socket.destroyed) await once(socket, 'close');
}
/** Makes this many calls; the server answers none before it has all of them. */
async function callTogether(count: number): Promise<void> {
  const waiting: ServerResponse[] = [];
  answer = (response) => {
    waiting.push(response);
    if (waiting.length === count) for (const each of waiting) each.end('ok');
  };
  await Promise.all(Array.from({ length: count }, () => callWarm(call)));
}
/** Of what waits 1.5 s; the sockets go on. */
function stopClock(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
}

it('is used by one call after the other, also by one that follows at once', async () => {
  for (let time = 0; time < 3; time += 1) await callWarm(call);
  await setImmediate();
  await callWarm(call);
  expect(opened).toHaveLength(1);
});

it('is the one that was used last', async () => {
  const waiting: ServerResponse[] = [];
  const areAsked = new Promise<void>((resolve) => {
    answer = (response) => {
      waiting.push(response);
      if (waiting.length === 2) resolve();
    };
  });
  const calls = [callWarm(call), callWarm(call)];
  await areAsked;
  const [first, last] = waiting;
  const newest = last?.socket;
  first?.end('ok');
  await Promise.race(calls);
  last?.end('ok');
  await Promise.all(calls);
  answer = (response) => void response.end(String(response.socket === newest));
  expect((await callWarm(call)).body.toString()).toBe('true');
});

it.each([0, 5_000])('is used again within 1.5 s or not at all (the other side keeps it for %d ms)', async (keepsMs) => {
  server.keepAliveTimeout = keepsMs;
  stopClock();
  await callWarm(call);
  await setImmediate();
  vi.advanceTimersByTime(1_499);
  await callWarm(call);
  expect(opened).toHaveLength(1);
  await setImmediate();
  vi.advanceTimersByTime(1_500);
  await closed(opened);
  await callWarm(call);
  expect(opened).toHaveLength(2);
});

it('is not used after 1.5 s of a process that stood still, whose timers have not fired', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  await callWarm(call);
  vi.advanceTimersByTime(1_500);
  await callWarm(call);
  expect(opened).toHaveLength(2);
});

it.each([
  { connection: 'close' },
  // That it is closed within 1 s leaves no time to use it.
  { 'keep-alive': 'timeout=1' },
])('is not used again when the other side says %o', async (headers) => {
  answer = (response) => void response.writeHead(200, headers).end('ok');
  await callWarm(call);
  await callWarm(call);
  expect(opened).toHaveLength(2);
});

it('is one for each call, however many there are; 64 are kept', async () => {
  stopClock();
  await callTogether(100);
  expect(opened).toHaveLength(100);
  const gone = new Set<Socket>();
  await new Promise<void>((resolve) => {
    const note = (socket: Socket): void => {
      if (gone.add(socket).size === 36) resolve();
    };
    for (const socket of opened) {
      if (socket.destroyed) note(socket);
      else socket.once('close', () => note(socket));
    }
  });
  await callTogether(64);
  expect(opened).toHaveLength(100);
  expect(gone.size).toBe(36);
});

it('made in advance is taken by the next call; of these, too, there are 64', async () => {
  stopClock();
  await Promise.all(Array.from({ length: 70 }, () => warmUp(call.url, 30_000)));
  await callTogether(70);
  expect(opened).toHaveLength(76);
  // One that has just answered is as good.
  await warmUp(call.url, 30_000);
  expect(opened).toHaveLength(76);
});

it('made in advance stays open for as long as a call needs it', async () => {
  stopClock();
  await warmUp(call.url, 30_000);
  answer = (response) => {
    vi.advanceTimersByTime(1_500);
    response.end('ok');
  };
  expect(await callWarm(call)).toMatchObject({ status: 200 });
  expect(opened).toHaveLength(1);
});

it('made in advance and used by nobody is closed after 1.5 s', async () => {
  stopClock();
  const isConnected = once(server, 'connection');
  await warmUp(call.url, 30_000);
  await isConnected;
  vi.advanceTimersByTime(1_500);
  await closed(opened);
  await callWarm(call);
  expect(opened).toHaveLength(2);
});

/** Answers beside this thread, so that only our side of the connections is seen here. */
const SERVER = `
  const { parentPort } = require('node:worker_threads');
  const { createServer } = require('node:http');
  const server = createServer((_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

it('keeps no process from ending while nobody uses it', async () => {
  const other = new Worker(SERVER, { eval: true });
  onTestFinished(async () => void (await other.terminate()));
  const [port] = await once(other, 'message');
  const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
  const before = sockets();
  const { url } = callTo(port);
  await warmUp(url, 30_000);
  expect(sockets()).toBe(before);
  const answered = callWarm(callTo(port));
  await setImmediate();
  expect(sockets()).toBe(before + 1);
  await answered;
  await setImmediate();
  expect(sockets()).toBe(before);
});
