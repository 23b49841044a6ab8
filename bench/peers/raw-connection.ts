import { connect } from 'node:net';
import { createAnswerReader } from './answer-reader.ts';

/** An engine that does not stir for so long does not answer any more. */
const ANSWER_LIMIT_MS = 20_000;
const BUFFER_BYTES = 16_384;

/** A connection to an engine: HTTP/1.1 without what a sender of the same few bytes can do without. */
export interface RawConnection {
  /**
   * One at a time: the next only after an answer.
   *
   * @param request The whole of it; see `toRequest`.
   * @returns The status of the answer, or 0 when none came.
   */
  send(request: Buffer): Promise<number>;
  /** @returns Whether another request may be sent. */
  isOpen(): boolean;
  /** Ends it, also while an answer is waited for. */
  close(): void;
}

/** Connects at once; that nobody is there shows when something is sent. */
export function openConnection(url: URL): RawConnection {
  const reader = createAnswerReader();
  let isOpen = true;
  let waiting: ((status: number) => void) | undefined;

  const settle = (status: number): void => {
    const resolve = waiting;
    waiting = undefined;
    resolve?.(status);
  };
  const close = (): void => {
    isOpen = false;
    socket.destroy();
  };

  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const received = (length: number): boolean => {
    const answer = reader.read(buffer.toString('latin1', 0, length));
    // Also closed when nobody asked.
    if (waiting === undefined || answer?.isLast === true) close();
    if (answer !== undefined) settle(answer.status);
    return true;
  };

  const socket = connect({
    host: url.hostname,
    port: Number(url.port || 80),
    noDelay: true,
    // Into the same memory each time, past the machinery of streams.
    onread: { buffer, callback: received },
  });
  // One timer for all connections, and put off by whatever is sent or arrives. It also runs while nothing is waited for.
  socket.setTimeout(ANSWER_LIMIT_MS, () => {
    if (waiting !== undefined) close();
  });
  socket.on('end', () => {
    isOpen = false;
    settle(reader.end()?.status ?? 0);
  });
  socket.on('error', () => {
    isOpen = false; // 'close' follows
  });
  socket.on('close', () => {
    isOpen = false;
    settle(0);
  });

  return {
    send: (request) =>
      new Promise((resolve) => {
        if (!isOpen) return resolve(0);
        waiting = resolve;
        socket.write(request);
      }),
    isOpen: () => isOpen,
    close,
  };
}

/** @returns Head and body of a POST, to be sent as they are. */
export function toRequest(url: URL, headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    `Host: ${url.host}`,
    'Connection: keep-alive',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}
