import { describe, expect, it } from 'vitest';
import { createAnswerReader, type Answer } from './answer-reader.ts';

const PLAIN = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';
const CHUNKED =
  'HTTP/1.1 503 No\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123\r\n\r\n89\r\n0\r\nx: y\r\n\r\n';
const EMPTY = 'HTTP/1.1 204 No Content\r\n\r\n';

/** @returns What came of it, and after how many of the pieces. */
function readAll(...pieces: string[]): { answer: Answer | undefined; pieces: number } {
  const reader = createAnswerReader();
  let count = 0;
  for (const piece of pieces) {
    count += 1;
    const answer = reader.read(piece);
    if (answer !== undefined) return { answer, pieces: count };
  }
  return { answer: reader.end(), pieces: count };
}

describe.each([
  ['with a length', PLAIN, 200],
  ['in chunks', CHUNKED, 503],
  ['without a body', EMPTY, 204],
  ['after an interim one', `HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${PLAIN}`, 200],
])('an answer %s', (_, text, status) => {
  it('is read at once', () => {
    expect(readAll(text)).toEqual({ answer: { status, isLast: false }, pieces: 1 });
  });

  it('is complete with its last byte and not before', () => {
    expect(readAll(...text)).toEqual({ answer: { status, isLast: false }, pieces: text.length });
  });
});

it('reads one answer after the other', () => {
  const reader = createAnswerReader();
  const statuses = [PLAIN, CHUNKED, PLAIN, EMPTY, PLAIN].map((text) => reader.read(text)?.status);
  expect(statuses).toEqual([200, 503, 200, 204, 200]);
});

it('knows when the connection ends with the answer', () => {
  const withHeader = (version: string, line: string): string =>
    `HTTP/1.${version} 200 OK\r\nContent-Length: 0\r\n${line}\r\n`;
  expect(readAll(withHeader('1', 'Connection: Close\r\n')).answer).toEqual({ status: 200, isLast: true });
  expect(readAll(withHeader('0', '')).answer).toEqual({ status: 200, isLast: true });
  expect(readAll(withHeader('0', 'connection: keep-alive\r\n')).answer).toEqual({ status: 200, isLast: false });
});

it('takes the end of the connection for the end of the answer only when nothing else tells it', () => {
  const untilEnd = 'HTTP/1.1 200 OK\r\n\r\nhello';
  expect(readAll(untilEnd).answer).toEqual({ status: 200, isLast: true });
  for (const text of [PLAIN, CHUNKED, untilEnd.slice(0, 18)]) expect(readAll(text.slice(0, -1)).answer).toBeUndefined();
});

it('takes more than one answer for the last one, and anything else for none', () => {
  expect(readAll(PLAIN + PLAIN).answer).toEqual({ status: 200, isLast: true });
  expect(readAll('SSH-2.0-x\r\n\r\n').answer).toEqual({ status: 0, isLast: true });
  expect(readAll('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello\r\n').answer).toEqual({
    status: 0,
    isLast: true,
  });
});
