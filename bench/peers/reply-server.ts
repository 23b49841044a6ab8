import type { Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { createReplyReader } from './reply-reader.ts';

const IDLE_SECONDS = 60;
/** A second more than the client is told, as node:http does it: who uses a connection at the last moment still finds it open. */
const IDLE_LIMIT_MS = (IDLE_SECONDS + 1) * 1_000;

/**
 * The platform's server: takes replies to comments with as little work as can be, for that work is done while engines are timed.
 * A connection on which anything else arrives goes on to `others`, for good.
 *
 * @param take Notes a reply. @returns The id of the reply.
 */
export function createReplyServer(others: HttpServer, take: (eventId: string, body: string) => string): Server {
  // As node:http opens its own.
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const read = createReplyReader((eventId, body) => socket.write(toAnswer(take(eventId, body)), 'latin1'));
    const onData = (bytes: Buffer): void => {
      const rest = read(bytes);
      if (rest === undefined) return;
      socket.off('data', onData).off('end', onEnd).off('error', onError).setTimeout(0, onIdle);
      socket.pause(); // or what is put back would wait for the bytes after it
      socket.unshift(rest);
      others.emit('connection', socket);
      socket.resume();
    };
    const onEnd = (): void => void socket.end();
    const onError = (): void => undefined; // an engine was killed; 'close' follows
    const onIdle = (): void => void socket.destroy();
    socket.on('data', onData).on('end', onEnd).on('error', onError).setTimeout(IDLE_LIMIT_MS, onIdle);
  });
}

/** What node:http would send, without the date. */
function toAnswer(id: string): string {
  const body = JSON.stringify({ id });
  return (
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n' +
    `content-length: ${body.length}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${IDLE_SECONDS}\r\n\r\n${body}`
  );
}
