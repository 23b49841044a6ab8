import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { peerEvent } from './peer-event.ts';
import { createReplyServer } from './reply-server.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** @returns Its address, and what came to it, in order. */
async function openServer(): Promise<{ port: number; log: string[] }> {
  const log: string[] = [];
  const others = createServer({ keepAliveTimeout: 60_000 }, (call, answer) => {
    let body = '';
    call.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    call.once('end', () => {
      log.push(`other: ${call.method} ${call.url} ${body}`);
      answer.sendDate = false;
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': 16 }).end('{"id":"by http"}');
    });
  });
  const server = createReplyServer(others, (eventId, body) => {
    log.push(`reply: ${eventId} ${body}`);
    return `no. ${log.length}`;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return { port: address.port, log };
}

interface Client {
  write(text: string): void;
  /** @returns All that came since the last time, once it ends so. */
  until(ending: string): Promise<string>;
  /** Half-closes. @returns When the other side has closed as well. */
  end(): Promise<unknown>;
}

function openClient(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  closing.push(() => socket.destroy());
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  return {
    write: (bytes) => void socket.write(bytes),
    async until(ending) {
      while (!text.endsWith(ending)) await once(socket, 'data');
      const all = text;
      text = '';
      return all;
    },
    end: () => once(socket.end(), 'close'),
  };
}

const { id } = peerEvent(7);

/** @returns A request with this body. */
function post(path: string, body: string, line = ''): string {
  return `POST ${path} HTTP/1.1\r\nhost: platform\r\n${line}content-length: ${body.length}\r\n\r\n${body}`;
}

it('answers a reply as node:http answers, on a connection that stays open', async () => {
  const { port, log } = await openServer();
  const client = openClient(port);
  client.write(post(`/v25.0/${id}/replies`, 'one'));
  const fast = await client.until('}');
  client.write(post(`/v25.0/${id}/replies`, 'two'));
  expect(await client.until('}')).toBe(fast.replace('no. 1', 'no. 2'));
  client.write(post('/other', 'three'));
  const slow = await client.until('}');
  expect(fast.toLowerCase()).toBe(slow.replace('length: 16', 'length: 14').replace('by http', 'no. 1').toLowerCase());
  expect(log).toEqual([`reply: ${id} one`, `reply: ${id} two`, 'other: POST /other three']);
  await client.end();
});

it('hands a connection over with what had arrived, for good', async () => {
  const { port, log } = await openServer();
  const client = openClient(port);
  const chunked = `POST /v25.0/${id}/replies HTTP/1.1\r\nhost: platform\r\ntransfer-encoding: chunked\r\n\r\n3\r\n`;
  client.write(post(`/v25.0/${id}/replies`, 'one') + chunked);
  await client.until('"no. 1"}');
  client.write('two\r\n0\r\n\r\n');
  await client.until('"by http"}');
  client.write(post(`/v25.0/${id}/replies`, 'three'));
  await client.until('"by http"}');
  const other = `other: POST /v25.0/${id}/replies`;
  expect(log).toEqual([`reply: ${id} one`, `${other} two`, `${other} three`]);
  await client.end();
});

it('hands over a connection that begins with something else, also byte for byte', async () => {
  const { port, log } = await openServer();
  const client = openClient(port);
  for (const byte of post(`/v25.0/${id}/replies`, 'one', 'connection: close\r\n')) {
    await new Promise<void>((resolve) => {
      client.write(byte);
      setImmediate(resolve);
    });
  }
  const answer = await client.until('}');
  expect(answer).toContain('Connection: close');
  expect(log).toEqual([`other: POST /v25.0/${id}/replies one`]);
});

it('ends a connection that the client ends', async () => {
  const { port, log } = await openServer();
  const client = openClient(port);
  client.write(post(`/v25.0/${id}/replies`, 'one').slice(0, -1));
  await client.end();
  expect(log).toEqual([]);
});
