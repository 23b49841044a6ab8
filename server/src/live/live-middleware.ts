import { PassThrough } from 'node:stream';
import { FlowError } from '@heddle/schemas';
import type { LiveChange } from '@heddle/schemas/api';
import type { Middleware } from 'koa';
import { toHeaders } from '../accounts/auth-middleware.ts';
import { authenticate } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';

/** Shorter than the 30 s after which common proxies drop a silent connection. */
const HEARTBEAT_MS = 15_000;
/** A session or key that ended loses its stream at the latest by then; the page connects again by itself. */
const STREAM_LIFE_MS = 10 * 60_000;
/** A page that does not read this much is cut off rather than kept in memory. */
const MAX_BUFFERED_BYTES = 1_048_576;

/**
 * `GET /api/live`: server-sent events. Each message is a JSON array of changes; the event `resync` says that some may have been missed,
 * so the page fetches what it shows. It comes first on a reconnect, because a stream keeps no history.
 */
export function liveMiddleware(deps: Deps, origins: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/api/live') return next();
    if (ctx.method !== 'GET') {
      ctx.set('Allow', 'GET');
      throw new FlowError('METHOD_NOT_ALLOWED', '/api/live takes GET.');
    }
    ctx.state.route = 'live';
    const caller = await authenticate(deps.accounts, 'GET', toHeaders(ctx), origins);
    const isWanted = filterFor(ctx.URL.searchParams);
    const stream = new PassThrough();
    let id = 0;
    const send = (event: string | undefined, data: string): void => {
      if (stream.writableLength > MAX_BUFFERED_BYTES) stream.destroy();
      else stream.write(`${event === undefined ? '' : `event: ${event}\n`}id: ${(id += 1)}\ndata: ${data}\n\n`);
    };
    stream.write('retry: 2000\n\n');
    if (ctx.get('last-event-id') !== '') send('resync', '[]');
    const unsubscribe = deps.live.subscribe(caller.workspaceId, (news) => {
      if (news.kind === 'end') return stream.end();
      if (news.kind === 'resync') return send('resync', '[]');
      const changes = news.changes.filter(isWanted);
      if (changes.length > 0) send(undefined, JSON.stringify(changes));
    });
    const heartbeat = setInterval(() => stream.write(': beat\n\n'), HEARTBEAT_MS).unref();
    const life = setTimeout(() => stream.end(), STREAM_LIFE_MS).unref();
    stream.on('close', () => {
      unsubscribe();
      clearInterval(heartbeat);
      clearTimeout(life);
    });
    ctx.req.on('close', () => stream.destroy());
    ctx.res.on('close', () => stream.destroy());
    ctx.set('Content-Type', 'text/event-stream; charset=utf-8');
    ctx.set('Cache-Control', 'no-store, no-transform');
    ctx.set('X-Accel-Buffering', 'no');
    ctx.status = 200;
    ctx.body = stream;
  };
}

function filterFor(query: URLSearchParams): (change: LiveChange) => boolean {
  const runId = query.get('runId');
  const flowId = query.get('flowId');
  return (change) => {
    if (
      runId !== null &&
      !((change.kind === 'run' && change.id === runId) || ('runId' in change && change.runId === runId))
    )
      return false;
    if (flowId === null) return true;
    return change.kind === 'flow' ? change.id === flowId : !('flowId' in change) || change.flowId === flowId;
  };
}
