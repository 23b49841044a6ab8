import type { LookupFunction } from 'node:net';

export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole call, from resolving the name to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Resolves names; the guard against internal addresses sits here. */
  readonly lookup?: LookupFunction;
  /**
   * `idle` for calls that change nothing: a connection that was idle for up to 15 s; if the other side is just closing it, the call is made again.
   * `warm` for calls with effects to a platform: one that answered or was made within the last moments (`warm-connections.ts`). Default: a fresh
   * connection, as for hosts that we know nothing of; one that the other side is just closing would make an outcome unknown that need not be.
   */
  readonly reuse?: 'idle' | 'warm';
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; what came several times is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** No answer came. `sent`: false when nothing of the call has left, so it certainly had no effect. */
export class HttpCallError extends Error {
  readonly sent: boolean;
  /** `held-up`: it was this process that did nothing for so long, not the other side. */
  readonly reason: 'unreachable' | 'timeout' | 'held-up' | 'cut-off' | 'too-large';

  constructor(reason: HttpCallError['reason'], sent: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpCallError';
    this.reason = reason;
    this.sent = sent;
  }
}

/** What a transport collected of an answer, as the caller gets it. */
export function toAnswer(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  chunks: readonly Buffer[],
): HttpAnswer {
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    ),
    body: Buffer.concat(chunks),
  };
}
