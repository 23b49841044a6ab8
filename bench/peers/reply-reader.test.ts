import { expect, it } from 'vitest';
import { peerEvent } from './peer-event.ts';
import { createReplyReader } from './reply-reader.ts';

const BODY = '{"message":"Hi Zoë! It is KES 2,500."}';

/** @returns The request of an engine that replies to the event with this number. */
function reply(index: number, { line = '', query = '', body = BODY } = {}): string {
  const path = `/v25.0/${peerEvent(index).id}/replies${query}`;
  const headers = `Host: platform\r\n${line}Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `POST ${path} HTTP/1.1\r\n${headers}\r\n${body}`;
}

/** @returns What was read of these chunks, and what was handed back, with the number of the chunk. */
function readAll(...chunks: Buffer[]): { replies: [string, string][]; rest?: string; chunk?: number } {
  const replies: [string, string][] = [];
  const read = createReplyReader((eventId, body) => replies.push([eventId, body]));
  for (const [chunk, bytes] of chunks.entries()) {
    const rest = read(bytes);
    if (rest !== undefined) return { replies, rest: rest.toString(), chunk };
  }
  return { replies };
}

function singleBytes(text: string): Buffer[] {
  return Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));
}

it('reads a reply, also with a query and the headers of any engine', () => {
  const line = 'connection: Keep-Alive\r\naccept: */*\r\nx-empty:\r\nauthorization:\tBearer a.b\r\n';
  expect(readAll(Buffer.from(reply(1, { query: '?access_token=a%20b', line })))).toEqual({
    replies: [[peerEvent(1).id, BODY]],
  });
});

it('reads two replies in one chunk, and what goes on in the next', () => {
  const bytes = Buffer.from(reply(1) + reply(2, { body: '' }) + reply(3));
  const replies = [
    [peerEvent(1).id, BODY],
    [peerEvent(2).id, ''],
    [peerEvent(3).id, BODY],
  ];
  expect(readAll(bytes)).toEqual({ replies });
  for (const at of [1, bytes.length - 1, bytes.indexOf('\r\n\r\n') + 4, bytes.lastIndexOf('\r\n\r\n') + 2]) {
    expect(readAll(bytes.subarray(0, at), bytes.subarray(at))).toEqual({ replies });
  }
});

it('reads replies in single bytes', () => {
  expect(readAll(...singleBytes(reply(1) + reply(2)))).toEqual({
    replies: [
      [peerEvent(1).id, BODY],
      [peerEvent(2).id, BODY],
    ],
  });
});

it.each([
  ['another method', reply(2).replace('POST', 'GET')],
  ['another path', reply(2).replace('/replies', '/hide')],
  ['another version of the API', reply(2).replace('v25.0', 'v24.0')],
  ['no event of ours', reply(2).replace('/1790', '/1791')],
  ['HTTP/1.0', reply(2).replace('HTTP/1.1', 'HTTP/1.0')],
  ['connection: close', reply(2, { line: 'Connection: close\r\n' })],
  ['expect', reply(2, { line: 'Expect: 100-continue\r\n' })],
  ['an upgrade', reply(2, { line: 'Upgrade: h2c\r\n' })],
  ['a chunked body', reply(2, { line: 'Transfer-Encoding: chunked\r\n' })],
  ['two lengths', reply(2, { line: 'content-length: 1\r\n' })],
  ['no length', reply(2).replace(/Content-Length: \d+\r\n/, '')],
  ['no host', reply(2).replace('Host: platform\r\n', '')],
  ['a large body', reply(2).replace(/Content-Length: \d+/, 'Content-Length: 70000')],
  ['a large head', reply(2, { line: `x: ${'x'.repeat(20_000)}\r\n` })],
  ['a header that is none', reply(2, { line: 'x y: z\r\n' })],
  ['anything else', '\r\nhello'],
])('hands back %s, from its first byte on', (_, text) => {
  const replies = [[peerEvent(1).id, BODY]];
  expect(readAll(Buffer.from(reply(1) + text + reply(3)))).toEqual({ replies, rest: text + reply(3), chunk: 0 });
  const { rest, chunk = 0, ...read } = readAll(...singleBytes(reply(1) + text));
  expect(read).toEqual({ replies });
  // As much of it as it took to see that.
  expect(rest).toBe(text.slice(0, chunk + 1 - Buffer.byteLength(reply(1))));
});
