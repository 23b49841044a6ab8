import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { openConnection, toRequest, type RawConnection } from './raw-connection.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An engine that does as it is told with the n-th request (0, 1, …). @returns Its address. */
async function openEngine(answer: (socket: Socket, index: number, text: string) => void): Promise<URL> {
  let count = 0;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.on('data', (bytes) => answer(socket, count++, bytes.toString()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return new URL(`http://127.0.0.1:${address.port}/hook?a=b`);
}

function open(url: URL): RawConnection {
  const connection = openConnection(url);
  closing.push(connection.close);
  return connection;
}

const request = Buffer.from('request');

it('sends one request after the other over the same connection', async () => {
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  const url = await openEngine((socket, index, text) => {
    sockets.add(socket);
    seen.push(text);
    socket.write(index === 1 ? ANSWER.replace('200 OK', '503 Busy') : ANSWER);
  });
  const connection = open(url);
  const sent = ['one', 'two', 'three'].map((body) => toRequest(url, { 'x-a': 'b' }, Buffer.from(body)));
  const statuses: number[] = [];
  for (const bytes of sent) statuses.push(await connection.send(bytes));
  expect(statuses).toEqual([200, 503, 200]);
  expect(seen).toEqual(sent.map(String));
  expect(seen[2]).toBe(
    `POST /hook?a=b HTTP/1.1\r\nx-a: b\r\ncontent-length: 5\r\nHost: ${url.host}\r\nConnection: keep-alive\r\n\r\nthree`,
  );
  expect(sockets.size).toBe(1);
  expect(connection.isOpen()).toBe(true);
});

it('reads an answer in chunks and single bytes', async () => {
  const text = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
  const url = await openEngine((socket, index) => {
    if (index === 0) return void socket.write(text);
    // Each byte is on its way before the next is written.
    const bytes = [...text];
    const next = (): void => {
      const byte = bytes.shift();
      if (byte !== undefined) socket.write(byte, () => setImmediate(next));
    };
    next();
  });
  const connection = open(url);
  expect(await connection.send(request)).toBe(200);
  expect(await connection.send(request)).toBe(200);
  expect(connection.isOpen()).toBe(true);
});

it('gives 0 for an answer that breaks off, in its head or in its body', async () => {
  for (const part of [ANSWER.slice(0, 12), ANSWER.slice(0, -1)]) {
    const url = await openEngine((socket) => socket.end(part));
    const connection = open(url);
    expect(await connection.send(request)).toBe(0);
    expect(connection.isOpen()).toBe(false);
  }
});

it('gives 0 when the connection is reset', async () => {
  const connection = open(await openEngine((socket) => void socket.resetAndDestroy()));
  expect(await connection.send(request)).toBe(0);
  expect(connection.isOpen()).toBe(false);
});

it('gives 0 when nobody is there', async () => {
  const url = await openEngine(() => undefined);
  for (const close of closing.splice(0)) close();
  const connection = open(url);
  expect(await connection.send(request)).toBe(0);
  expect(connection.isOpen()).toBe(false);
});

it('gives 0 when the engine closes between two requests', async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const url = await openEngine((socket) => {
    closed = once(socket, 'finish');
    socket.end(ANSWER);
  });
  const connection = open(url);
  expect(await connection.send(request)).toBe(200);
  await closed;
  expect(await connection.send(request)).toBe(0);
  expect(connection.isOpen()).toBe(false);
});

it('is closed after an answer that says so', async () => {
  const url = await openEngine((socket) => void socket.write(ANSWER.replace('\r\n', '\r\nconnection: close\r\n')));
  const connection = open(url);
  expect(await connection.send(request)).toBe(200);
  expect(connection.isOpen()).toBe(false);
});

it('gives 0 when it is closed while an answer is waited for', async () => {
  const connection = open(await openEngine(() => connection.close()));
  expect(await connection.send(request)).toBe(0);
});
