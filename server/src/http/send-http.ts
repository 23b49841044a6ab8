import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { callWarm } from './call-warm.ts';
import { HttpCallError, toAnswer, type HttpAnswer, type HttpCall } from './http-call.ts';
import { startTimeLimit } from './time-limit.ts';

export { HttpCallError, type HttpAnswer, type HttpCall } from './http-call.ts';

const idleAgents = {
  'http:': new HttpAgent({ keepAlive: true, timeout: 15_000 }),
  'https:': new HttpsAgent({ keepAlive: true, timeout: 15_000 }),
};

/** Each connection that was kept may be one that the other side has given up; after so many a fresh one is made. */
const MAX_STALE = 2;

/**
 * One HTTP call. Follows no redirects, uses no proxy, keeps no cookies.
 *
 * @returns Any answer, whatever its status. @throws HttpCallError.
 */
export async function sendHttp(call: HttpCall): Promise<HttpAnswer> {
  if (call.reuse === 'warm') return callWarm(call);
  for (let stale = 0; ; stale += 1) {
    try {
      return await callOnce(call, call.reuse === 'idle' && stale < MAX_STALE);
    } catch (error) {
      if (!(error instanceof StaleConnectionError) || stale >= MAX_STALE) throw error;
    }
  }
}

/** A kept connection broke before the first byte of an answer; the call changes nothing, so it may be made again. */
class StaleConnectionError extends HttpCallError {}

function callOnce(call: HttpCall, mayBeIdle: boolean): Promise<HttpAnswer> {
  const isHttps = call.url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const fail = (error: HttpCallError): void => {
      limit.stop();
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
        agent: mayBeIdle && idleAgents[isHttps ? 'https:' : 'http:'],
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
          limit.stop();
          resolve(toAnswer(response.statusCode ?? 0, response.headers, chunks));
        });
        response.on('error', (cause) => fail(new HttpCallError('cut-off', true, 'The answer broke off.', { cause })));
      },
    );
    const limit = startTimeLimit(call.timeoutMs, (reason) =>
      fail(new HttpCallError(reason, isConnected, `No answer within ${call.timeoutMs} ms.`)),
    );
    const onConnection = (): void => {
      // Nothing has left yet. A process that was frozen meanwhile sees the connection before its timers, and its call is no longer wanted.
      if (limit.isOver())
        fail(new HttpCallError('held-up', false, `Not sent: held up for more than ${call.timeoutMs} ms.`));
      else isConnected = true;
    };
    request.on('socket', (socket) => {
      // A kept connection is connected already.
      if (!socket.connecting) onConnection();
      else socket.once(isHttps ? 'secureConnect' : 'connect', onConnection);
    });
    request.on('error', (cause) =>
      fail(
        isConnected
          ? new (request.reusedSocket ? StaleConnectionError : HttpCallError)(
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
