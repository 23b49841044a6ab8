import { defineHandler, done } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonValue, type SendReceipt } from '@heddle/schemas';
import type { Static } from 'typebox';
import { httpRequest } from './definition.ts';

type Config = Static<(typeof httpRequest)['config']>;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** An output holds 64 KiB; what is longer is cut, and then is no JSON. */
const MAX_BODY_CHARACTERS = 20_000;

/**
 * GET changes nothing and may be repeated, so it goes straight out. Everything else is a send: recorded before the call, and
 * its receipt carries {status, headers, body} in `data`.
 */
export const httpRequestHandler = defineHandler(httpRequest, {
  run: async ({ config, http, send }) => {
    const headers = toHeaders(config);
    const answer =
      config.method === 'GET'
        ? await http.request({ method: 'GET', url: config.url, headers, timeoutMs: config.timeoutSeconds * 1000 })
        : readReceipt(
            await send({
              key: '1',
              action: { kind: 'http', method: config.method, url: config.url, headers, ...toBody(config) },
            }),
          );
    const body = answer.body.slice(0, MAX_BODY_CHARACTERS);
    return done(answer.status >= 400 ? 'failed' : 'ok', {
      status: answer.status,
      json: findJson(body),
      body,
      headers: answer.headers,
    });
  },
});

function toHeaders(config: Config): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value } of config.headers ?? []) headers[name.toLowerCase()] = value;
  if (config.method !== 'GET' && config.bodyKind === 'json') headers['content-type'] ??= 'application/json';
  if (config.method !== 'GET' && config.bodyKind === 'text') headers['content-type'] ??= 'text/plain; charset=utf-8';
  return headers;
}

function toBody(config: Config): { body?: string } {
  if (config.bodyKind === undefined || config.bodyKind === 'none') return {};
  const body = config.body ?? '';
  if (config.bodyKind === 'json' && findJson(body) === null && body.trim() !== 'null') {
    throw new FlowError(
      'NODE_CONFIG_INVALID',
      'The content is no valid JSON after filling in. Write fields as {{ field | json }}, without quotes around.',
    );
  }
  return { body };
}

function readReceipt(receipt: SendReceipt): Answer {
  const data = isJsonObject(receipt.data) ? receipt.data : {};
  const headers = isJsonObject(data['headers']) ? data['headers'] : {};
  return {
    status: typeof data['status'] === 'number' ? data['status'] : 0,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: typeof data['body'] === 'string' ? data['body'] : '',
  };
}

/** The text as data, or null when it is no JSON. */
function findJson(text: string): JsonValue {
  try {
    // JSON.parse gives JSON and nothing else.
    return JSON.parse(text) as JsonValue;
  } catch {
    // Services may answer in any format; the text is in the output as well.
    return null;
  }
}
