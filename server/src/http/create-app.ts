import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERRORS, FlowError, validatorOf } from '@heddle/schemas';
import { toOpenApi } from '@heddle/schemas/api';
import Koa, { type Context, type Middleware } from 'koa';
import { Histogram } from 'prom-client';
import { authMiddleware, toHeaders } from '../accounts/auth-middleware.ts';
import { newId } from '../database/index.ts';
import { inSpan, noteOnSpan } from '../telemetry/index.ts';
import { authenticate, checkRole } from './authenticate.ts';
import type { Deps } from './deps.ts';
import type { Route } from './endpoint.ts';
import { healthMiddleware, type Health } from './health.ts';
import { ownOrigins } from './origin.ts';
import { parseJson } from './parse-json.ts';
import { parseQuery } from './parse-query.ts';
import { toFlowError, toProblem } from './problem.ts';
import { readBody } from './read-body.ts';
import { createRouteTable } from './route-table.ts';
import { securityHeaders } from './security-headers.ts';
import { staticFiles } from './static-files.ts';

export interface AppOptions {
  readonly deps: Deps;
  /** The operations of the contract. */
  readonly routes: readonly Route[];
  /** What is off the contract, asked in order before the routes: webhooks, live updates, the sandbox. */
  readonly extra: readonly Middleware[];
  readonly health: Health;
  /** Folder of the built editor. */
  readonly editorFolder: string;
  /** What to do with an answer that does not fit the contract. */
  readonly onWrongAnswer: 'fail' | 'log';
}

declare module 'koa' {
  interface DefaultState {
    requestId: string;
    /** Operation id or path pattern, for metrics; never a path with ids. */
    route?: string;
  }
}

/** The whole HTTP side as one request listener. */
export function createApp(options: AppOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const { deps } = options;
  const { settings } = deps;
  const app = new Koa();
  app.proxy = settings.trustedProxies > 0;
  app.maxIpsCount = settings.trustedProxies;
  app.silent = true; // errors are answered and logged by handleErrors
  const origins = ownOrigins(settings.publicUrl, settings.host, settings.port);
  app.use(traceRequest);
  app.use(handleErrors(deps));
  app.use(securityHeaders(settings.publicUrl.startsWith('https:'), origins));
  app.use(healthMiddleware(deps, options.health));
  app.use(authMiddleware(deps.accounts, origins));
  for (const middleware of options.extra) app.use(middleware);
  app.use(routeMiddleware(options, origins));
  app.use(staticFiles(options.editorFolder));
  app.use((ctx) => {
    throw new FlowError('NOT_FOUND', `There is no ${ctx.path}.`);
  });
  const handle = app.callback();
  // Errors are answered within: Koa's promise has nothing more to say.
  return (request, response) => void handle(request, response);
}

/** Open streams would be spans of hours, and health checks say nothing. */
const NOT_TRACED = /^\/(?:api\/live|healthz|readyz|metrics)/;

const traceRequest: Middleware = (ctx, next) =>
  NOT_TRACED.test(ctx.path)
    ? next()
    : inSpan('http.request', { 'http.request.method': ctx.method }, async () => {
        await next();
        noteOnSpan({
          'http.route': ctx.state.route ?? 'other',
          'http.response.status_code': ctx.status,
          'heddle.request_id': ctx.state.requestId,
        });
      });

function handleErrors(deps: Deps): Middleware {
  const seconds = new Histogram({
    name: 'heddle_http_request_seconds',
    help: 'Time to answer HTTP requests',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
    registers: [deps.metrics],
  });
  return async (ctx, next) => {
    const startedMs = performance.now();
    const given = ctx.get('x-request-id');
    const requestId = /^[\w-]{8,64}$/.test(given) ? given : newId();
    ctx.state.requestId = requestId;
    ctx.set('X-Request-Id', requestId);
    try {
      // With a Host header that is no host, nothing that reads the address would work.
      if (ctx.URL.href === undefined) throw new FlowError('REQUEST_INVALID', 'The Host header is no host.');
      await next();
    } catch (thrown) {
      const error = toFlowError(thrown);
      answerProblem(ctx, error, requestId);
      if (ERRORS[error.code].status >= 500)
        deps.log.error({ requestId, error, method: ctx.method, path: ctx.path }, 'Request failed');
      else deps.log.debug({ requestId, errorCode: error.code, method: ctx.method, path: ctx.path }, error.message);
    } finally {
      const tookMs = performance.now() - startedMs;
      seconds.observe(
        { route: ctx.state.route ?? 'other', method: ctx.method, status: String(ctx.status) },
        tookMs / 1000,
      );
      deps.log.debug(
        { requestId, method: ctx.method, path: ctx.path, status: ctx.status, ms: Math.round(tookMs) },
        'Request',
      );
    }
  };
}

function answerProblem(ctx: Context, error: FlowError, requestId: string): void {
  const { status } = ERRORS[error.code];
  ctx.status = status;
  ctx.body = JSON.stringify(toProblem(error, requestId));
  ctx.type = 'application/problem+json';
  if (error.code === 'UNAVAILABLE') ctx.set('Retry-After', '5');
  if (error.retryAtMs !== undefined)
    ctx.set('Retry-After', String(Math.max(1, Math.ceil((error.retryAtMs - Date.now()) / 1000))));
  // The rest of a body that nobody will read would otherwise keep the connection busy.
  if (status === 413) ctx.set('Connection', 'close');
}

function routeMiddleware(options: AppOptions, origins: ReadonlySet<string>): Middleware {
  const { deps } = options;
  const table = createRouteTable(options.routes);
  const openApi = JSON.stringify(toOpenApi());
  return async (ctx, next) => {
    if (ctx.path === '/api/openapi.json' && (ctx.method === 'GET' || ctx.method === 'HEAD')) {
      ctx.type = 'application/json';
      ctx.body = openApi;
      return;
    }
    const match = table.find(ctx.method === 'HEAD' ? 'GET' : ctx.method, ctx.path);
    if (match === undefined) return next();
    if ('allowed' in match) {
      ctx.set('Allow', match.allowed.join(', '));
      throw new FlowError('METHOD_NOT_ALLOWED', `${ctx.path} takes ${match.allowed.join(', ')}, not ${ctx.method}.`);
    }
    const { endpoint, handle } = match.route;
    ctx.state.route = endpoint.id;
    const headers = toHeaders(ctx);
    const caller = await authenticate(deps.accounts, ctx.method, headers, origins);
    checkRole(caller, endpoint.access);
    const params = validatorOf(endpoint.params).parse(match.params);
    const query = validatorOf(endpoint.query).parse(parseQuery(ctx.URL.searchParams, endpoint.query));
    const body = await bodyOf(ctx, endpoint);
    const answer = await handle({ params, query, body, caller, deps, requestId: ctx.state.requestId, headers });
    ctx.status = endpoint.status;
    if (endpoint.status === 204) return;
    checkAnswer(
      options,
      endpoint.id,
      validatorOf(endpoint.response)
        .issues(answer)
        .map((issue) => `${issue.path ?? ''} ${issue.message}`),
    );
    ctx.type = 'application/json';
    ctx.body = JSON.stringify(answer);
  };
}

async function bodyOf(ctx: Context, endpoint: Route['endpoint']): Promise<unknown> {
  if ('not' in endpoint.body) return undefined; // the operation takes none; what was sent is not read
  const bytes = await readBody(ctx.req, endpoint.maxBodyBytes);
  // No body at all stands for "nothing special": it is checked like an empty object.
  if (bytes.length === 0) return validatorOf(endpoint.body).parse({});
  const type = ctx.get('content-type').split(';')[0]?.trim();
  // A form of a foreign page cannot send this type without the browser asking us first.
  if (type !== 'application/json')
    throw new FlowError('REQUEST_NOT_JSON', `The body must be application/json, not ${type || 'without a type'}.`);
  return validatorOf(endpoint.body).parse(parseJson(bytes));
}

function checkAnswer({ deps, onWrongAnswer }: AppOptions, operation: string, issues: readonly string[]): void {
  if (issues.length === 0) return;
  deps.log.error({ operation, issues }, 'The answer does not fit the contract');
  if (onWrongAnswer === 'fail')
    throw new TypeError(`The answer of ${operation} does not fit the contract: ${issues.join('; ')}`);
}
