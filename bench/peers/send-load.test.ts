import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { Load } from './load.ts';
import { sendLoad } from './send-load.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An engine that answers as it is told. @returns What is to be sent to it. */
async function openEngine(answer: RequestListener): Promise<Load> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close().closeAllConnections());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const url = `http://127.0.0.1:${address.port}/`;
  return { url, form: 'plain', accountId: '', firstIndex: 1, count: 20, connections: 4 };
}

const never = new AbortController().signal;

it('sends each event until it is accepted and tells of each', async () => {
  let calls = 0;
  const load = await openEngine((call, answer) => {
    calls += 1;
    const status = calls === 1 ? 503 : 200;
    call.resume().once('end', () => answer.writeHead(status).end());
  });
  const told: number[] = [];
  const accepted = await sendLoad(load, never, (sentAtMs) => told.push(sentAtMs));
  expect(new Set(accepted.map(({ eventId }) => eventId)).size).toBe(20);
  expect(accepted.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(21);
  const again = accepted.findIndex(({ attempts }) => attempts === 2);
  expect(told).toHaveLength(20);
  expect(told[again]).toBeGreaterThan(accepted[again]?.firstSentAtMs ?? Number.NaN);
});

it('sends again what a dying engine left half answered', async () => {
  let calls = 0;
  const load = await openEngine((call, answer) => {
    calls += 1;
    if (calls > 2) return void call.resume().once('end', () => answer.writeHead(200).end());
    answer.writeHead(200, { 'content-length': 100 }).write('half', () => call.socket.destroy());
  });
  const accepted = await sendLoad(load, never);
  expect(accepted).toHaveLength(20);
  expect(calls).toBe(22);
});

it.each([
  ['says that it closes the connection', { connection: 'close' }],
  ['closes the connection without a word', {}],
])('goes on with an engine that %s after each answer', async (_, headers) => {
  const load = await openEngine((call, answer) => {
    call.resume().once('end', () => answer.writeHead(200, headers).end(() => call.socket.end()));
  });
  const accepted = await sendLoad(load, never);
  expect(new Set(accepted.map(({ eventId }) => eventId)).size).toBe(20);
});

it('sends what node:http would send', async () => {
  const seen: { headers: IncomingHttpHeaders; text: string }[] = [];
  const load = await openEngine((call, answer) => {
    call.once('data', (bytes: Buffer) => seen.push({ headers: call.headers, text: bytes.toString() }));
    call.once('end', () => answer.end());
  });
  await sendLoad({ ...load, form: 'instagram', accountId: '17841400000000001', count: 1 }, never);
  const [{ headers, text } = { headers: {}, text: '' }] = seen;
  expect(JSON.parse(text)).toMatchObject({ object: 'instagram', entry: [{ id: '17841400000000001' }] });
  expect(headers).toEqual({
    'content-type': 'application/json',
    'content-length': String(text.length),
    'x-hub-signature-256': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
    host: new URL(load.url).host,
    connection: 'keep-alive',
  });
});

it('gives what was accepted when it is ended while nothing answers', async () => {
  const ending = new AbortController();
  let calls = 0;
  const load = await openEngine((call, answer) => {
    calls += 1;
    if (calls <= 3) call.resume().once('end', () => answer.writeHead(200).end());
    else if (calls === 6) ending.abort();
  });
  expect(await sendLoad(load, ending.signal)).toHaveLength(3);
});

it('sends nothing when it is ended beforehand', async () => {
  const load = await openEngine((_, answer) => void answer.end());
  expect(await sendLoad(load, AbortSignal.abort())).toEqual([]);
});
