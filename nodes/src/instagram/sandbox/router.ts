/** The sandbox's one HTTP listener: login pages, Graph API, pictures, control API. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ControlError } from './control-error.ts';
import { getControlRoute } from './control-routes.ts';
import type { SandboxCore } from './core.ts';
import { takeFault } from './faults.ts';
import { GraphError } from './graph-error.ts';
import { answerGraphCall } from './graph-router.ts';
import { BodyTooLargeError, jsonAnswer, readBody, writeAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { findJson, isObject } from './json.ts';
import { answerAuthorizeDecision, answerAuthorizePage, answerCodeExchange } from './oauth.ts';
import { parseParams } from './params.ts';
import { findPictureAnswer, PICTURE_PATH } from './pictures.ts';
import { SettingsError } from './settings.ts';

const GRAPH_BODY_LIMIT = 2 * 1024 * 1024;
const CONTROL_BODY_LIMIT = 16 * 1024 * 1024;
/** A call whose answer is to get lost is held this long, longer than any client waits. */
const NO_ANSWER_MS = 120_000;
const CONTROL_PATH = '/_sandbox';

export interface RouterParts {
  readonly core: SandboxCore;
  readonly pathPrefix: string;
  readonly baseMs: () => number;
  readonly reset: () => Promise<void>;
  /** Resolves when the state has been loaded. */
  readonly ready: () => Promise<void>;
  /** Tells the address under which a request came, for the links in answers. */
  readonly seenHost: (origin: string) => void;
}

/** A listener for `http.createServer`, or to be called by a server that mounts it under `pathPrefix`. */
export function createHandler(parts: RouterParts): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    handle(parts, req, res).catch((error: unknown) => {
      const status = error instanceof BodyTooLargeError ? 413 : 500;
      if (status === 500)
        parts.core.log('The sandbox failed on a request', {
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      writeAnswer(
        res,
        jsonAnswer(status, { error: { message: status === 413 ? 'The body is too large.' : 'The sandbox failed.' } }),
      );
    });
  };
}

async function handle(parts: RouterParts, req: IncomingMessage, res: ServerResponse): Promise<void> {
  await parts.ready();
  const url = new URL(req.url ?? '/', 'http://sandbox.invalid');
  const path = stripPrefix(url.pathname, parts.pathPrefix);
  if (req.headers.host !== undefined) parts.seenHost(`http://${req.headers.host}${parts.pathPrefix}`);
  const method = req.method ?? 'GET';
  if (path.startsWith(PICTURE_PATH)) {
    writeAnswer(
      res,
      findPictureAnswer(path.slice(PICTURE_PATH.length)) ?? jsonAnswer(404, { error: { message: 'No such picture.' } }),
    );
  } else if (path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`)) {
    await handleControl(parts, req, res, method, path.slice(CONTROL_PATH.length) || '/', url.searchParams);
  } else if (path.startsWith('/oauth/')) {
    writeAnswer(res, await answerOauth(parts.core, req, method, path, url.searchParams));
  } else {
    await handleGraph(parts.core, req, res, method, path, url.searchParams);
  }
}

async function handleGraph(
  core: SandboxCore,
  req: IncomingMessage,
  res: ServerResponse,
  method: string,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const body = await readBody(req, GRAPH_BODY_LIMIT);
  const outcome = await answerGraphCall(core, { method, path, query, headers: req.headers, body });
  switch (outcome.kind) {
    case 'answer':
      return writeAnswer(res, outcome.answer);
    case 'disconnect':
      req.socket.destroy();
      return;
    case 'no-answer': {
      const timer = setTimeout(() => req.socket.destroy(), NO_ANSWER_MS).unref();
      res.on('close', () => clearTimeout(timer));
    }
  }
}

async function answerOauth(
  core: SandboxCore,
  req: IncomingMessage,
  method: string,
  path: string,
  query: URLSearchParams,
): Promise<HttpAnswer> {
  const body = await readBody(req, GRAPH_BODY_LIMIT);
  try {
    const params = parseParams(query, req.headers['content-type'], body);
    if (path === '/oauth/authorize' && method === 'GET') return answerAuthorizePage(core, params);
    if (path === '/oauth/authorize' && method === 'POST')
      return await answerAuthorizeDecision(core, params, new URLSearchParams(body.toString('utf8')).getAll('granted'));
    if (path === '/oauth/access_token' && method === 'POST') {
      const fault = await takeFault(core, 'oauth');
      if (fault)
        return jsonAnswer(fault.kind === 'http-status' ? fault.status : 500, {
          error_type: 'OAuthException',
          code: 500,
          error_message: 'Please try again later.',
        });
      return await answerCodeExchange(core, params);
    }
  } catch (error) {
    if (error instanceof GraphError)
      return jsonAnswer(400, { error_type: 'OAuthException', code: 400, error_message: error.message });
    throw error;
  }
  return jsonAnswer(404, { error: { message: 'No such page.' } });
}

async function handleControl(
  parts: RouterParts,
  req: IncomingMessage,
  res: ServerResponse,
  method: string,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const { core } = parts;
  if (method === 'GET' && path === '/events') {
    const lastEventId = Number(req.headers['last-event-id'] ?? Number.NaN);
    core.live.watch(
      res,
      { accountId: query.get('account'), personaId: query.get('persona') },
      Number.isFinite(lastEventId) ? lastEventId : null,
    );
    return;
  }
  try {
    const { answer, values } = getControlRoute(method, path);
    const body = await readControlBody(req, method);
    writeAnswer(
      res,
      jsonAnswer(200, await answer({ core, path: values, query, body, baseMs: parts.baseMs, reset: parts.reset })),
    );
  } catch (error) {
    const status =
      error instanceof ControlError
        ? error.status
        : error instanceof SettingsError || error instanceof URIError
          ? 400
          : 0;
    if (status === 0 || !(error instanceof Error)) throw error;
    writeAnswer(res, jsonAnswer(status, { error: { message: error.message } }));
  }
}

/** @throws ControlError 415 unless JSON is declared: a foreign web page cannot send that without being asked first. */
async function readControlBody(req: IncomingMessage, method: string): Promise<Readonly<Record<string, unknown>>> {
  if (method === 'GET') return {};
  const bytes = await readBody(req, CONTROL_BODY_LIMIT);
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    throw new ControlError(415, 'The body must be application/json.');
  if (bytes.length === 0) return {};
  const body = findJson(bytes.toString('utf8'));
  if (!isObject(body)) throw new ControlError(400, 'The body must be a JSON object.');
  return body;
}

function stripPrefix(path: string, prefix: string): string {
  if (prefix === '' || (path !== prefix && !path.startsWith(`${prefix}/`))) return path;
  return path.slice(prefix.length) || '/';
}
