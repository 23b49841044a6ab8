import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import {
  createServer as createNetServer,
  type AddressInfo,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { callWarm } from './call-warm.ts';
import type { HttpAnswer, HttpCall } from './http-call.ts';

/** Another port for each test, so that none finds a warm connection of the one before. */
async function listen(server: Server): Promise<HttpCall> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return callTo((server.address() as AddressInfo).port); // listens on a port, not a pipe
}

const callTo = (port: number): HttpCall => ({
  url: new URL(`http://127.0.0.1:${port}/messages?appsecret=canary`),
  method: 'POST',
  headers: { authorization: 'Bearer canary' },
  body: '{}',
  timeoutMs: 30_000,
  maxBytes: 100,
});
const serveHttp = (answer: RequestListener): Promise<HttpCall> => listen(createHttpServer(answer));
/** Does with each connection what it is told when the first bytes have come. */
const serveRaw = (answer: (socket: Socket) => void): Promise<HttpCall> =>
  listen(
    createNetServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    }),
  );

describe('an answer', () => {
  it('is what comes after those that only say that it will come, with each header once', async () => {
    const call = await serveHttp((_, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(429, [
        ['Retry-After', '7'],
        ['X-Usage', 'a'],
        ['X-Usage', 'b'],
        ['Set-Cookie', 'c=1'],
        ['Set-Cookie', 'd=2'],
      ]);
      response.end('slow down');
    });
    const answer = await callWarm(call);
    expect(answer.status).toBe(429);
    expect(answer.headers).toMatchObject({ 'retry-after': '7', 'x-usage': 'a, b', 'set-cookie': 'c=1, d=2' });
    expect(answer.headers).not.toHaveProperty('link');
    expect(answer.body.toString()).toBe('slow down');
  });

  it('may end with the connection, but not with one that broke', async () => {
    const ended = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect((await callWarm(ended)).body.toString()).toBe('all of it');
    const broken = await serveRaw((socket) =>
      socket.write('HTTP/1.1 200 OK\r\n\r\nhalf', () => socket.resetAndDestroy()),
    );
    await expect(callWarm(broken)).rejects.toMatchObject({ reason: 'cut-off', sent: true });
  });

  it.each(['content-length: 10\r\n\r\nhalf', 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'])(
    'that breaks off is none (%j)',
    async (rest) => {
      const call = await serveRaw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
      await expect(callWarm(call)).rejects.toMatchObject({
        reason: 'cut-off',
        sent: true,
        message: 'The answer broke off.',
      });
    },
  );

  it('that is too large is not read to its end', async () => {
    const call = await serveHttp((_, response) => void response.end('x'.repeat(101)));
    await expect(callWarm(call)).rejects.toMatchObject({ reason: 'too-large', sent: true });
    expect((await callWarm({ ...call, maxBytes: 101 })).body).toHaveLength(101);
  });
});

/** Counts calls and connections beside this thread. After the first answer it gives up the connection when the first number is 1, and says so by the second one. */
const FICKLE = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { createServer } = require('node:http');
  let calls = 0;
  let connections = 0;
  const server = createServer(({ socket }, response) => {
    calls += 1;
    response.end(JSON.stringify({ calls, connections }), () => {
      if (calls > 1) return;
      Atomics.wait(workerData.steps, 0, 0);
      socket[workerData.giveUp]();
      Atomics.store(workerData.steps, 1, 1);
      Atomics.notify(workerData.steps, 1);
    });
  });
  server.on('connection', () => { connections += 1; });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

async function serveFickle(giveUp: string): Promise<{ call: HttpCall; letGiveUp: () => void }> {
  const steps = new Int32Array(new SharedArrayBuffer(8));
  const other = new Worker(FICKLE, { eval: true, workerData: { steps, giveUp } });
  onTestFinished(async () => void (await other.terminate()));
  const [port] = await once(other, 'message');
  const letGiveUp = (): void => {
    Atomics.store(steps, 0, 1);
    Atomics.notify(steps, 0);
    Atomics.wait(steps, 1, 0);
  };
  return { call: callTo(port), letGiveUp };
}
const counted = ({ body }: HttpAnswer): unknown => JSON.parse(body.toString());

describe.each(['destroy', 'resetAndDestroy'])('a kept connection that the other side gave up (%s)', (giveUp) => {
  it('is noticed before anything is written, and the call is made over a fresh one', async () => {
    const { call, letGiveUp } = await serveFickle(giveUp);
    expect(counted(await callWarm(call))).toEqual({ calls: 1, connections: 1 });
    const answer = await new Promise<HttpAnswer>((resolve, reject) => {
      // In the phase of timers: the sockets are looked at before the call is written.
      setTimeout(() => {
        letGiveUp();
        callWarm(call).then(resolve, reject);
      }, 1);
    });
    expect(counted(answer)).toEqual({ calls: 2, connections: 2 });
  });

  it('at the moment of writing makes the outcome unknown, and nothing is written twice', async () => {
    const { call, letGiveUp } = await serveFickle(giveUp);
    await callWarm(call);
    // In the phase in which sockets are read: what comes next is the writing.
    letGiveUp();
    await expect(callWarm(call)).rejects.toMatchObject({
      reason: 'cut-off',
      sent: true,
      message: 'The connection broke before the answer came.',
    });
    expect(counted(await callWarm(call))).toEqual({ calls: 2, connections: 2 });
  });
});

it('is written once when the connection breaks while it is written, or before it is answered', async () => {
  let connections = 0;
  const call = await serveRaw((socket) => {
    connections += 1;
    socket.destroy();
  });
  for (const body of ['{}', Buffer.alloc(8_388_608)])
    await expect(callWarm({ ...call, body })).rejects.toMatchObject({ reason: 'cut-off', sent: true });
  expect(connections).toBe(2);
});

it('is written once also when undici takes a connection that broke for one that it closed itself', async () => {
  const made: Socket[] = [];
  const note = (message: unknown): void => void made.push((message as { socket: Socket }).socket); // as Node's documentation has it
  subscribe('net.client.socket', note);
  onTestFinished(() => void unsubscribe('net.client.socket', note));
  let calls = 0;
  const call = await serveHttp(() => {
    calls += 1;
    for (const socket of made) socket.destroy(Object.assign(new Error('reset'), { code: 'UND_ERR_INFO' }));
  });
  await expect(callWarm(call)).rejects.toMatchObject({ reason: 'cut-off', sent: true });
  expect(made).toHaveLength(2);
  expect(calls).toBe(1);
});

it('that has no answer within its time is given up with its connection', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const asked = Promise.withResolvers<Socket>();
  const call = await serveHttp(({ socket }) => asked.resolve(socket));
  const answer = callWarm(call).catch((error: unknown) => error);
  const isClosed = once(await asked.promise, 'close');
  vi.advanceTimersByTime(call.timeoutMs);
  expect(await answer).toMatchObject({ reason: 'timeout', sent: true });
  await isClosed;
});

describe('a call that has not begun', () => {
  it('has certainly had no effect when no connection can be made', async () => {
    const server = createNetServer();
    const call = await listen(server);
    server.close();
    await once(server, 'close');
    await expect(callWarm(call)).rejects.toMatchObject({ reason: 'unreachable', sent: false });
  });

  it('ends with its time, and never begins', async () => {
    let calls = 0;
    const call = await serveHttp((_, response) => {
      calls += 1;
      response.end();
    });
    const url = new URL(call.url.href.replace('127.0.0.1', 'platform.invalid'));
    const found = Promise.withResolvers<Parameters<LookupFunction>[2]>();
    const lookup: LookupFunction = (_, __, done) => found.resolve(done);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = callWarm({ ...call, url, lookup }).catch((error: unknown) => error);
    const answerLookup = await found.promise;
    vi.advanceTimersByTime(call.timeoutMs);
    expect(await answer).toMatchObject({ reason: 'timeout', sent: false });
    answerLookup(null, [{ address: '127.0.0.1', family: 4 }]);
    // Connections are taken in order, so it would have been seen before this one.
    await callWarm(call);
    expect(calls).toBe(1);
  });

  it.each(['a fresh', 'a kept'])(
    'is not wanted any more when the process stood still before (%s connection)',
    async (kind) => {
      let calls = 0;
      const call = await serveHttp((_, response) => {
        calls += 1;
        response.end();
      });
      vi.useFakeTimers({ toFake: ['performance'] });
      onTestFinished(() => void vi.useRealTimers());
      if (kind === 'a kept') await callWarm(call);
      const before = calls;
      const answer = callWarm({ ...call, timeoutMs: 1_000 });
      vi.advanceTimersByTime(1_001);
      await expect(answer).rejects.toMatchObject({ reason: 'held-up', sent: false });
      await callWarm(call);
      expect(calls).toBe(before + 1);
    },
  );

  it('fails as what it is when it says what no call may say', async () => {
    const call = await serveHttp((_, response) => void response.end());
    const failed = await callWarm({ ...call, headers: { authorization: 'Bearer canary\n' } }).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ code: 'UND_ERR_INVALID_ARG' });
    expect(inspect(failed)).not.toContain('canary');
  });
});

it('tells no secret, however it fails', async () => {
  const answers = [
    (socket: Socket) => socket.destroy(),
    (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 101\r\n\r\n${'x'.repeat(101)}`),
    (socket: Socket) => socket.end('SMTP'),
  ];
  for (const answer of answers) {
    const failed = await callWarm(await serveRaw(answer)).catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'HttpCallError', sent: true });
    expect(inspect(failed, { depth: null, showHidden: true })).not.toContain('canary');
  }
});
