import { request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Agent as HttpAgent } from 'node:http';
import { warmAgents } from './warm-connections.ts';

export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole call, from resolving the name to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Resolves names; the guard against internal addresses sits here. */
  readonly lookup?: NonNullable<RequestOptions['lookup']>;
  /**
   * `idle` for calls that change nothing: a connection that was idle for up to 15 s; if the other side is just closing it, the call is made again. `warm` for calls with effects to a platform: one that
   * answered or was made within the last moments (`warm-connections.ts`). Default: a fresh connection, as for hosts that we know nothing of;
   * one that the other side is just closing would make an outcome unknown that need not be.
   */
  readonly reuse?: 'idle' | 'warm';
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** No answer came. `sent`: false when no connection was made at all, so the call certainly had no effect. */
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

/** A timer that fires this much too late is that of a process that stood still. */
const LATE_MS = 1_000;

const idleAgents = {
  'http:': new HttpAgent({ keepAlive: true, timeout: 15_000 }),
  'https:': new HttpsAgent({ keepAlive: true, timeout: 15_000 }),
};

function agentFor(reuse: HttpCall['reuse'], protocol: 'http:' | 'https:'): HttpAgent | false {
  if (reuse === undefined) return false;
  return (reuse === 'idle' ? idleAgents : warmAgents)[protocol];
}

/** Each connection that was kept may be one that the other side has given up; after so many a fresh one is made. */
const MAX_STALE = 2;

/**
 * One HTTP call. Follows no redirects, uses no proxy, keeps no cookies.
 *
 * @returns Any answer, whatever its status. @throws HttpCallError.
 */
export async function sendHttp(call: HttpCall): Promise<HttpAnswer> {
  for (let stale = 0; ; stale += 1) {
    try {
      const reuse = call.reuse === 'idle' && stale >= MAX_STALE ? undefined : call.reuse;
      return await callOnce({ ...call, reuse });
    } catch (error) {
      if (!(error instanceof StaleConnectionError) || stale >= MAX_STALE) throw error;
    }
  }
}

/** A kept connection broke before the first byte of an answer; the call changes nothing, so it may be made again. */
class StaleConnectionError extends HttpCallError {}

function callOnce(
  call: Omit<HttpCall, 'reuse'> & { readonly reuse: HttpCall['reuse'] | undefined },
): Promise<HttpAnswer> {
  const isHttps = call.url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const begunMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let last: NodeJS.Immediate | undefined;
    const stopTimers = (): void => {
      clearTimeout(timer);
      clearImmediate(last);
    };
    const fail = (error: HttpCallError): void => {
      stopTimers();
      reject(error);
      request.destroy();
    };
    const request = (isHttps ? httpsRequest : httpRequest)(
      call.url,
      {
        method: call.method,
        headers: {
          ...call.headers,
          ...(call.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(call.body)) }),
        },
        agent: agentFor(call.reuse, isHttps ? 'https:' : 'http:'),
        ...(call.lookup === undefined ? {} : { lookup: call.lookup }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > call.maxBytes)
            fail(new HttpCallError('too-large', true, `The answer is larger than ${call.maxBytes} bytes.`));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          stopTimers();
          resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body: Buffer.concat(chunks) });
        });
        response.on('error', (cause) => fail(new HttpCallError('cut-off', true, 'The answer broke off.', { cause })));
      },
    );
    timer = setTimeout(() => {
      const isLate = performance.now() - begunMs > call.timeoutMs + LATE_MS;
      const reason = isLate ? 'held-up' : 'timeout';
      // The timers of a process that stood still come before what arrived meanwhile: the answer may be there, and is read first.
      last = setImmediate(() => fail(new HttpCallError(reason, isConnected, `No answer within ${call.timeoutMs} ms.`)));
    }, call.timeoutMs);
    const onConnection = (): void => {
      // Nothing has left yet. A process that was frozen meanwhile sees the connection before its timers, and its call is no longer wanted.
      if (performance.now() - begunMs > call.timeoutMs)
        fail(new HttpCallError('held-up', false, `Not sent: held up for more than ${call.timeoutMs} ms.`));
      else isConnected = true;
    };
    request.on('socket', (socket) => {
      // A kept or prepared connection is connected already.
      if (!socket.connecting) onConnection();
      else socket.once(isHttps ? 'secureConnect' : 'connect', onConnection);
    });
    const CutOff = call.reuse === 'idle' ? StaleConnectionError : HttpCallError;
    request.on('error', (cause) =>
      fail(
        isConnected
          ? new (request.reusedSocket ? CutOff : HttpCallError)(
              'cut-off',
              true,
              'The connection broke before the answer came.',
              { cause },
            )
          : new HttpCallError('unreachable', false, 'No connection could be made.', { cause }),
      ),
    );
    request.end(call.body);
  });
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
