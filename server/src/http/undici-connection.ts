import type { LookupFunction, Socket } from 'node:net';
import type { Client as UndiciClient, Dispatcher } from 'undici';
import Client from 'undici/lib/dispatcher/client.js';
import { openConnection } from './open-connection.ts';

/**
 * A connection is used again within this time after its last answer, or not at all. Servers close idle ones after 5 s and more, so a call with
 * effects hardly meets one that is just being closed, which would make its outcome unknown.
 */
const WARM_MS = 1_500;
const OPTIONS: UndiciClient.Options = {
  pipelining: 1,
  allowH2: false,
  keepAliveTimeout: WARM_MS,
  keepAliveMaxTimeout: WARM_MS,
  // A server that says how long it keeps a connection is believed, less this much; node:http does so, too.
  keepAliveTimeoutThreshold: 1_000,
  // A call has a time limit of its own.
  headersTimeout: 0,
  bodyTimeout: 0,
};

/** A connection to one place, for one call at a time. Opened by its first call, and opened again when it was closed before a call has begun. */
export interface WarmConnection {
  /** When it cannot be sent, the handler gets to know. */
  readonly send: (options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler) => void;
  /** Open, and made or used within the last 1.5 s. */
  readonly isWarm: () => boolean;
  /** Whether it has answered a call since it was opened. */
  readonly hasAnswered: () => boolean;
  /** An error ended it; an answer that ends with its connection may then lack its end. */
  readonly isBroken: () => boolean;
  readonly noteAnswer: () => void;
  /** With all that goes on over it. */
  readonly destroy: () => void;
}

export interface ConnectionOptions {
  readonly lookup?: LookupFunction | undefined;
  /** Is open already; nobody has used it. */
  readonly prepared?: Socket | undefined;
  readonly onClose: () => void;
}

/** A client of undici's that has one connection, which we open ourselves: so it may be there before the call, and ends with the call's time. */
export function createConnection(url: URL, { lookup, prepared, onClose }: ConnectionOptions): WarmConnection {
  let socket = prepared;
  let isTaken = prepared === undefined;
  let hasAnswered = false;
  let idleSinceMs = performance.now();
  const watch = (opened: Socket): Socket =>
    opened.once('close', () => {
      hasAnswered = false;
      onClose();
    });
  const client = new Client(url.origin, {
    ...OPTIONS,
    connect: (_, done) => {
      clearTimeout(timer);
      if (!isTaken && socket?.readyState === 'open') {
        const ready = socket.ref();
        // Undici looks for the connection only when this function has returned.
        queueMicrotask(() => done(null, ready));
      } else {
        const opened = openConnection(url, lookup, (error) =>
          error === null ? done(null, opened) : done(error, null),
        );
        socket = watch(opened);
      }
      isTaken = true;
    },
  });
  const destroy = (): void => {
    void client.destroy();
    // One that is still being opened is not known to undici.
    socket?.destroy();
  };
  let timer: NodeJS.Timeout | undefined;
  if (prepared !== undefined) {
    watch(prepared).unref();
    timer = setTimeout(destroy, WARM_MS).unref();
  }
  return {
    send: (options, handler) => void client.dispatch(options, handler),
    isWarm: () => socket?.readyState === 'open' && performance.now() - idleSinceMs < WARM_MS,
    hasAnswered: () => hasAnswered,
    isBroken: () => socket?.errored != null,
    noteAnswer: () => {
      hasAnswered = true;
      idleSinceMs = performance.now();
    },
    destroy,
  };
}
