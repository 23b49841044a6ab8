import { FlowError, type InboundEvent, type JsonObject, type JsonValue } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Context, Middleware } from 'koa';
import { Counter } from 'prom-client';
import { hashSecret } from '../accounts/auth-options.ts';
import { newId } from '../database/index.ts';
import type { IngestItem } from '../runtime/ingest/ingest.ts';
import type { Deps } from './deps.ts';
import { parseJson } from './parse-json.ts';
import { readBody } from './read-body.ts';

/** Meta sends batches of at most 1,000 updates; real bodies are far below this. */
const MAX_WEBHOOK_BYTES = 1_048_576;
/** What a core/webhook trigger takes; an output may hold 64 KiB. */
const MAX_HOOK_BYTES = 49_152;
/** Headers that a flow may not see. */
const HIDDEN_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);

/** `GET|POST /api/webhooks/:platform` and `POST /api/hooks/:token`. They read raw bytes, so they stay off the operations of the contract. */
export function webhookMiddleware(deps: Deps): Middleware {
  const unrouted = new Counter({
    name: 'heddle_webhook_unrouted_total',
    help: 'Webhook items of accounts that nobody connected',
    labelNames: ['platform'],
    registers: [deps.metrics],
  });
  return async (ctx, next) => {
    const [, root, kind, name, ...rest] = ctx.path.split('/');
    if (root !== 'api' || name === undefined || name === '' || rest.length > 0) return next();
    if (kind === 'webhooks') {
      ctx.state.route = 'webhooks';
      if (ctx.method === 'GET') return handshake(ctx, deps, name);
      if (ctx.method === 'POST') return receive(ctx, deps, name, (count) => unrouted.inc({ platform: name }, count));
    } else if (kind === 'hooks') {
      ctx.state.route = 'hooks';
      if (ctx.method === 'POST') return receiveHook(ctx, deps, name);
    } else {
      return next();
    }
    ctx.set('Allow', kind === 'webhooks' ? 'GET, POST' : 'POST');
    throw new FlowError('METHOD_NOT_ALLOWED', `${ctx.path} does not take ${ctx.method}.`);
  };
}

function platformOf(deps: Deps, name: string) {
  const platform = deps.platforms.get(name);
  if (platform === undefined) throw new FlowError('NOT_FOUND', `There is no platform "${name}".`);
  const app = deps.connections.appOf(name);
  // Fails closed: without a secret nothing can be verified, so nothing is taken.
  if (app === undefined || app.appSecrets.length === 0)
    throw new FlowError('WEBHOOK_NOT_CONFIGURED', `No app secret is set for ${platform.title}.`);
  return { platform, app };
}

function handshake(ctx: Context, deps: Deps, name: string): void {
  const { platform, app } = platformOf(deps, name);
  const answer = platform.webhook.challenge(Object.fromEntries(ctx.URL.searchParams), app);
  if (answer === null) throw new FlowError('WEBHOOK_VERIFY_FAILED', 'The mode or the verify token does not match.');
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = answer;
}

async function receive(ctx: Context, deps: Deps, name: string, countUnrouted: (items: number) => void): Promise<void> {
  const { platform, app } = platformOf(deps, name);
  const raw = await readBody(ctx.req, MAX_WEBHOOK_BYTES);
  if (!platform.webhook.verify(raw, flatHeaders(ctx), app)) {
    throw new FlowError('WEBHOOK_SIGNATURE_INVALID', 'The signature is missing or does not fit the body.');
  }
  const items = platform.webhook.parse(parseJson(raw));
  const byWorkspace = new Map<string, IngestItem[]>();
  let unknown = 0;
  for (const { accountId, event } of items) {
    // No account has a zero character in its id, and Postgres cannot even be asked for one.
    const owner = accountId.includes('\0') ? null : await deps.connections.findByExternalId(name, accountId);
    if (owner === null) {
      unknown += 1;
      continue;
    }
    const list = byWorkspace.get(owner.workspaceId) ?? [];
    list.push({ event, platform: name, connectionId: owner.connectionId });
    byWorkspace.set(owner.workspaceId, list);
  }
  if (unknown > 0) {
    countUnrouted(unknown);
    deps.log.warn(
      { platform: name, items: unknown, requestId: ctx.state.requestId },
      'Webhook for an account that nobody connected',
    );
  }
  await Promise.all([...byWorkspace].map(([workspaceId, list]) => deps.runtime.ingest.accept(workspaceId, list)));
  ctx.status = 200;
  ctx.type = 'text/plain; charset=utf-8';
  ctx.body = 'EVENT_RECEIVED';
}

async function receiveHook(ctx: Context, deps: Deps, token: string): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; flow_id: string; node: string }>`
    select workspace_id, flow_id, node from heddle.find_hook(${hashSecret(token)})`.execute(deps.database.anyWorkspace);
  const [hook] = rows;
  if (hook === undefined) throw new FlowError('NOT_FOUND', 'There is no such webhook address.');
  const raw = await readBody(ctx.req, MAX_HOOK_BYTES);
  const event: InboundEvent = {
    kind: 'core/webhook',
    // The sender's own key makes its retries harmless; without one each call is an event.
    key: ctx.get('idempotency-key').slice(0, 400) || ctx.get('webhook-id').slice(0, 400) || newId(),
    occurredAtMs: deps.clock.nowMs(),
    data: { body: hookBody(ctx, raw), query: Object.fromEntries(ctx.URL.searchParams), headers: visibleHeaders(ctx) },
  };
  const [eventId] = await deps.runtime.ingest.accept(hook.workspace_id, [
    { event, platform: 'core', connectionId: null, target: { flowId: hook.flow_id, node: hook.node } },
  ]);
  ctx.status = 202;
  ctx.body = { eventId: eventId ?? null, isDuplicate: eventId === null };
}

/** JSON as JSON, a form as an object, anything else as text. */
function hookBody(ctx: Context, raw: Buffer): JsonValue {
  if (raw.length === 0) return null;
  const type = ctx.get('content-type').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/json' || type.endsWith('+json')) return parseJson(raw);
  const text = raw.toString('utf8');
  return type === 'application/x-www-form-urlencoded' ? Object.fromEntries(new URLSearchParams(text)) : text;
}

function visibleHeaders(ctx: Context): JsonObject {
  const entries = Object.entries(flatHeaders(ctx)).filter(([name]) => !HIDDEN_HEADERS.has(name));
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

function flatHeaders(ctx: Context): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(ctx.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
