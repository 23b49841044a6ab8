import type { FetchJson, PlatformHttp, PlatformResponse } from '@heddle/engine';
import { FlowError, type JsonValue } from '@heddle/schemas';
import { HttpCallError, sendHttp, type HttpAnswer } from '../http/send-http.ts';
import { warmUp } from '../http/warm-connections.ts';

/** What a platform has for one call. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 5_242_880;
/** Who cannot connect within this time will not do so for the call either. */
const PREPARE_TIMEOUT_MS = 3_000;

/**
 * HTTP to one platform for one account. The token is put into a header here and is not to be seen anywhere else.
 *
 * @param apiUrl Base of the platform's API; may have a path of its own.
 */
export function createPlatformHttp(apiUrl: string, accessToken: string): PlatformHttp {
  return {
    prepare: () => warmUp(new URL(apiUrl), PREPARE_TIMEOUT_MS),
    request: async ({ method, path, query, body }) => {
      const url = joinPath(apiUrl, path);
      for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
      const answer = await call(url, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${accessToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, headers: answer.headers, body: toJson(answer) };
    },
  };
}

/** The calls of an OAuth exchange, which carry secrets in forms and queries: errors name the host alone. */
export const fetchJson: FetchJson = async (url, init): Promise<{ status: number; body: JsonValue }> => {
  const answer = await call(new URL(url), {
    method: init.method,
    headers: {
      accept: 'application/json',
      ...init.headers,
      ...(init.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(init.form === undefined ? {} : { body: new URLSearchParams(init.form).toString() }),
  });
  return { status: answer.status, body: toJson(answer) };
};

async function call(
  url: URL,
  init: { method: string; headers: Record<string, string>; body?: string },
): Promise<HttpAnswer> {
  try {
    return await sendHttp({
      url,
      ...init,
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
      reuse: init.method === 'GET' ? 'idle' : 'warm',
    });
  } catch (error) {
    if (!(error instanceof HttpCallError)) throw error;
    // Our own fault, and nothing was sent: that takes no try away and says nothing about the platform.
    if (error.reason === 'held-up' && !error.sent) {
      const text = 'The server was held up before the call, so it was put off.';
      const details = { sent: false, isPutOff: true };
      throw new FlowError('PLATFORM_RATE_LIMITED', text, { cause: error, retryAtMs: Date.now(), details });
    }
    throw new FlowError('PLATFORM_UNAVAILABLE', `${url.host}: ${error.message}`, {
      cause: error,
      details: { sent: error.sent },
    });
  }
}

/** A path of a plugin stays below the base, whatever it is made of. */
function joinPath(apiUrl: string, path: string): URL {
  const base = new URL(apiUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  const url = new URL(`${base.origin}${prefix}${path}`);
  if (!path.startsWith('/') || url.origin !== base.origin || !url.pathname.startsWith(`${prefix}/`)) {
    throw new FlowError('PLATFORM_REFUSED', `"${path}" is no path below the platform's API.`);
  }
  return url;
}

/** What is not JSON (an error page of a proxy) is passed on as text; the plugin classifies it by status. */
function toJson(answer: HttpAnswer): PlatformResponse['body'] {
  const text = answer.body.toString('utf8');
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 2000);
  }
}
