import type { Dispatcher } from 'undici';
import { HttpCallError, toAnswer, type HttpAnswer, type HttpCall } from './http-call.ts';
import { startTimeLimit } from './time-limit.ts';
import { keepConnection, newConnection, takeConnection } from './warm-connections.ts';

/**
 * One HTTP call with effects over a warm connection, by undici: a third of the work that node:http makes of it. It is written once or not at
 * all, whatever breaks.
 *
 * @returns Any answer, whatever its status. @throws HttpCallError.
 */
export function callWarm(call: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const limit = startTimeLimit(call.timeoutMs, (reason) =>
      fail(new HttpCallError(reason, isBegun, `No answer within ${call.timeoutMs} ms.`)),
    );
    let connection = takeConnection(call.url, call.lookup);
    let isBegun = false;
    let isSettled = false;
    let status = 0;
    let headers: Parameters<typeof toAnswer>[1] = {};
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (): void => {
      isSettled = true;
      limit.stop();
    };
    const fail = (error: Error): void => {
      if (isSettled) return;
      settle();
      reject(error);
      connection.destroy();
    };
    const cutOff = (cause?: Error): void =>
      fail(
        new HttpCallError(
          'cut-off',
          true,
          status === 0 ? 'The connection broke before the answer came.' : 'The answer broke off.',
          { cause },
        ),
      );
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        // Undici makes some calls again by itself when their connection breaks. It should not do so with these, and it shall not.
        if (isBegun) cutOff();
        // Nothing has left yet. A process that was frozen meanwhile sees the connection before its timers, and its call is no longer wanted.
        else if (limit.isOver())
          fail(new HttpCallError('held-up', false, `Not sent: held up for more than ${call.timeoutMs} ms.`));
        if (isSettled) controller.abort(new Error('This call is no longer wanted.'));
        else isBegun = true;
      },
      // Before the answer some may come that only say that it will; it replaces them.
      onResponseStart: (_, code, received) => {
        status = code;
        headers = received;
      },
      onResponseData: (_, chunk) => {
        size += chunk.length;
        if (size > call.maxBytes)
          fail(new HttpCallError('too-large', true, `The answer is larger than ${call.maxBytes} bytes.`));
        else chunks.push(chunk);
      },
      onResponseEnd: () => {
        if (isSettled) return;
        if (connection.isBroken()) return cutOff();
        settle();
        resolve(toAnswer(status, headers, chunks));
        keepConnection(call.url, connection);
      },
      onResponseError: (_, cause) => {
        if (isBegun) cutOff(cause);
        // As node:http says it: our own mistake, such as a character that no header may have.
        else if ('code' in cause && cause.code === 'UND_ERR_INVALID_ARG') fail(cause);
        else if (isSettled || !connection.hasAnswered())
          fail(new HttpCallError('unreachable', false, 'No connection could be made.', { cause }));
        else {
          // The other side gave up the connection that was kept, and nothing has left: that says nothing about a fresh one.
          connection.destroy();
          connection = newConnection(call.url, call.lookup);
          send();
        }
      },
    };
    const send = (): void =>
      connection.send(
        {
          path: `${call.url.pathname}${call.url.search}`,
          method: call.method,
          headers: call.headers,
          body: call.body ?? null,
        },
        handler,
      );
    send();
  });
}
