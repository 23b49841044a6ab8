import type { IncomingMessage } from 'node:http';
import { FlowError } from '@heddle/schemas';

/** A body that stops coming is given up after this time. */
const BODY_TIMEOUT_MS = 30_000;

/**
 * The bytes of a request.
 *
 * @throws FlowError `REQUEST_TOO_LARGE` as soon as more than `maxBytes` are announced or arrive; nothing more is kept.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new FlowError('REQUEST_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (error: Error | null): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('aborted', onBroken);
      if (error === null) resolve(Buffer.concat(chunks));
      else {
        // What still comes is read and thrown away, so that the answer reaches a client that is not done sending.
        request.resume();
        reject(error);
      }
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxBytes) finish(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish(null);
    const onBroken = (): void => finish(new FlowError('REQUEST_INVALID', 'The request was cut off.'));
    const timer = setTimeout(
      () => finish(new FlowError('REQUEST_INVALID', 'The body did not arrive in time.')),
      BODY_TIMEOUT_MS,
    );
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      finish(tooLarge());
      return;
    }
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('aborted', onBroken);
  });
}
