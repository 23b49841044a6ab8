import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface PostResult {
  /** `null` when no answer came. */
  readonly status: number | null;
  readonly problem: string | null;
}

/** One HTTP request to an app's callback, with a limit on its whole duration. Never throws. */
export function callApp(
  url: string,
  options: { method: 'GET' | 'POST'; headers?: Readonly<Record<string, string>>; body?: Buffer; timeoutMs: number },
): Promise<PostResult & { text: string }> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    try {
      const req = send(url, {
        method: options.method,
        headers: {
          'user-agent': 'facebookexternalua',
          accept: '*/*',
          ...options.headers,
          ...(options.body ? { 'content-length': String(options.body.length) } : {}),
        },
        signal: AbortSignal.timeout(options.timeoutMs),
      });
      req.on('response', (res: IncomingMessage) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (chunk: string) => {
          if (text.length < 10_000) text += chunk;
        });
        res.on('end', () => resolve({ status: res.statusCode ?? null, problem: null, text }));
        res.on('error', (error) => resolve({ status: null, problem: error.message, text: '' }));
      });
      req.on('error', (error) =>
        resolve({
          status: null,
          problem:
            error.name === 'TimeoutError' || error.name === 'AbortError'
              ? `no answer within ${options.timeoutMs} ms`
              : error.message,
          text: '',
        }),
      );
      req.end(options.body);
    } catch (error) {
      resolve({ status: null, problem: error instanceof Error ? error.message : String(error), text: '' }); // not a usable address
    }
  });
}
