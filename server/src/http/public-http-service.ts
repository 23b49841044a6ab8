import type { HttpService } from '@heddle/engine';
import { FlowError } from '@heddle/schemas';
import type { LookupFunction } from 'node:net';
import { lookupPublic, parsePublicUrl } from './public-address.ts';
import { HttpCallError, sendHttp, type HttpAnswer } from './send-http.ts';

/** An output of a node may hold 64 KiB; more would fail there. */
const MAX_ANSWER_BYTES = 61_440;
const MAX_REDIRECTS = 3;
const MAX_TIMEOUT_MS = 60_000;
/** The connection's own business. */
const REFUSED_HEADERS = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-authorization',
]);
/** Not passed on to another host by a redirect. */
const PRIVATE_HEADERS = new Set(['authorization', 'cookie', 'x-api-key']);

/** Outbound HTTP for flows: public addresses only, checked for every hop at the moment of connecting; limited in time and size. */
export function createPublicHttpService(
  options: { lookup?: LookupFunction; parseUrl?: (text: string) => URL } = {},
): HttpService {
  const lookup = options.lookup ?? lookupPublic;
  const parseUrl = options.parseUrl ?? parsePublicUrl;
  return {
    request: async (given) => {
      let url = parseUrl(given.url);
      let method = given.method.toUpperCase();
      let body = given.body;
      let headers = cleanHeaders(given.headers);
      for (let hop = 0; ; hop += 1) {
        const answer = await call({
          url,
          method,
          headers,
          ...(body === undefined ? {} : { body }),
          timeoutMs: Math.min(given.timeoutMs, MAX_TIMEOUT_MS),
          lookup,
        });
        const target = redirectTarget(answer, url);
        if (target === undefined)
          return { status: answer.status, headers: { ...answer.headers }, body: answer.body.toString('utf8') };
        if (hop === MAX_REDIRECTS)
          throw new FlowError('HTTP_FAILED', `The service redirects more than ${MAX_REDIRECTS} times.`, {
            details: { sent: true },
          });
        const next = parseUrl(target);
        if (next.origin !== url.origin)
          headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !PRIVATE_HEADERS.has(name)));
        // 307 and 308 repeat the call as it was; the others turn it into a GET (RFC 9110, 15.4).
        if (answer.status !== 307 && answer.status !== 308 && method !== 'HEAD') {
          method = 'GET';
          body = undefined;
        }
        url = next;
      }
    },
  };
}

async function call(options: {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
  lookup: LookupFunction;
}): Promise<HttpAnswer> {
  try {
    return await sendHttp({ ...options, maxBytes: MAX_ANSWER_BYTES });
  } catch (error) {
    if (!(error instanceof HttpCallError)) throw error;
    if (error.cause instanceof FlowError) throw error.cause;
    throw new FlowError('HTTP_FAILED', `${options.url.origin}: ${error.message}`, {
      cause: error,
      details: { sent: error.sent },
    });
  }
}

function redirectTarget(answer: HttpAnswer, from: URL): string | undefined {
  const location = answer.headers['location'];
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from).href : location;
}

function cleanHeaders(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const clean = entries.filter(
    ([name, value]) => !REFUSED_HEADERS.has(name) && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !/[\r\n\0]/.test(value),
  );
  return { 'user-agent': 'Heddle', ...Object.fromEntries(clean) };
}
