import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { sendHttp, type HttpAnswer } from './send-http.ts';

let server: Server;
let url: URL;
let received = 0;

beforeAll(async () => {
  server = createServer((_, response) => {
    received += 1;
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`); // listens on a port, not a pipe
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** As after SIGSTOP and SIGCONT: this process did nothing, while the kernel made the connection. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Over node:http, and over undici. */
const TRANSPORTS = [{}, { reuse: 'warm' }] as const;

it.each(TRANSPORTS)(
  'sends nothing when the process was frozen for longer than its time limit before the first byte (%o)',
  async (transport) => {
    received = 0;
    const answer = await new Promise<HttpAnswer | Error>((resolve) => {
      // In the phase of timers, so that what comes next is the connection, as for a process that was frozen while it waited.
      setTimeout(() => {
        sendHttp({ url, method: 'POST', headers: {}, body: '{}', timeoutMs: 300, maxBytes: 100, ...transport }).then(
          resolve,
          resolve,
        );
        process.nextTick(() => freeze(600));
      }, 1);
    });
    expect(answer).toMatchObject({ reason: 'held-up', sent: false });
    // Connections are taken in order, so a call that was sent would have been seen before this one.
    await sendHttp({ url, method: 'POST', headers: {}, body: '{}', timeoutMs: 30_000, maxBytes: 100 });
    expect(received).toBe(1);
  },
);

/** Answers calls beside this thread. It stops at each until the first number is 1, and sets the second one when its answer is with the kernel. */
const SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { createServer } = require('node:http');
  const server = createServer((_, response) => {
    parentPort.postMessage('asked');
    Atomics.wait(workerData, 0, 0);
    response.end('ok', () => {
      Atomics.store(workerData, 1, 1);
      Atomics.notify(workerData, 1);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

it.each(TRANSPORTS)(
  'takes an answer that came while the process was frozen, although its timers come first (%o)',
  async (transport) => {
    const steps = new Int32Array(new SharedArrayBuffer(8));
    const other = new Worker(SERVER, { eval: true, workerData: steps });
    const [port] = await once(other, 'message');
    const asked = once(other, 'message');
    const call = {
      url: new URL(`http://127.0.0.1:${port}/`),
      method: 'POST',
      headers: {},
      maxBytes: 100,
      ...transport,
    };
    const inPhaseOfTimers = globalThis.setTimeout;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = sendHttp({ ...call, timeoutMs: 2_000 });
    await asked;
    // Both the answer and the end of its time come while this process looks at neither; the timers are looked at first.
    inPhaseOfTimers(() => {
      Atomics.store(steps, 0, 1);
      Atomics.notify(steps, 0);
      Atomics.wait(steps, 1, 0);
      vi.advanceTimersByTime(2_100);
    }, 1);
    expect(await answer).toMatchObject({ status: 200 });
    await other.terminate();
  },
);

it('reads again when the other side gave up the connection that was kept, and does nothing with effects twice', async () => {
  const asked: string[] = [];
  // Answers the first call on a connection and breaks it at the second one.
  const fickle = createServer((request, response) => {
    asked.push(request.method ?? '');
    const { socket } = request;
    if (seen.has(socket)) return void socket.destroy();
    seen.add(socket);
    response.end('ok');
  });
  const seen = new WeakSet<object>();
  fickle.listen(0, '127.0.0.1');
  await once(fickle, 'listening');
  const { port } = fickle.address() as AddressInfo; // listens on a port, not a pipe
  const call = { url: new URL(`http://127.0.0.1:${port}/`), headers: {}, timeoutMs: 30_000, maxBytes: 100 };
  for (let time = 0; time < 3; time += 1)
    expect(await sendHttp({ ...call, method: 'GET', reuse: 'idle' })).toMatchObject({ status: 200 });
  expect(asked).toEqual(Array(5).fill('GET'));
  asked.length = 0;
  expect(await sendHttp({ ...call, method: 'POST', reuse: 'warm' })).toMatchObject({ status: 200 });
  await expect(sendHttp({ ...call, method: 'POST', reuse: 'warm' })).rejects.toMatchObject({
    reason: 'cut-off',
    sent: true,
  });
  expect(asked).toEqual(['POST', 'POST']);
  fickle.closeAllConnections();
  fickle.close();
});
