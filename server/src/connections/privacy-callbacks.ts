import { FlowError } from '@heddle/schemas';
import type { Context, Middleware } from 'koa';
import type { Deps } from '../http/deps.ts';
import { readBody } from '../http/read-body.ts';
import type { PrivacyDesk } from './privacy-desk.ts';
import { findDeletion, type PrivacyRequest } from './privacy-requests.ts';
import { deletionPage } from './deletion-page.ts';

/** One field with a signature and an id. */
const MAX_BYTES = 16_384;
/** The page of a request, for whoever has its code. */
const PAGE_PATH = '/data-deletion';

/** Where a platform says that an owner took the access back. */
export function deauthorizePath(platform: string): string {
  return `/api/${platform}/deauthorize`;
}

/** Where a platform says that a person wants their data deleted. */
export function deletionPath(platform: string): string {
  return `/api/${platform}/data-deletion`;
}

/**
 * `POST /api/<platform>/deauthorize`, `POST /api/<platform>/data-deletion` and the page `GET /data-deletion/<code>`. Nobody is signed in
 * here: the callbacks believe a signature of the app's secret and nothing else, the page shows no more than two moments.
 */
export function privacyMiddleware(deps: Deps, desk: PrivacyDesk): Middleware {
  return async (ctx, next) => {
    if (ctx.path === PAGE_PATH || ctx.path.startsWith(`${PAGE_PATH}/`)) return showDeletion(ctx, deps);
    const platform = [...deps.platforms.values()].find(
      ({ id, privacy }) => privacy !== undefined && (ctx.path === deauthorizePath(id) || ctx.path === deletionPath(id)),
    );
    if (platform === undefined) return next();
    const kind = ctx.path === deletionPath(platform.id) ? 'delete' : 'deauthorize';
    ctx.state.route = `privacy.${kind}`;
    if (ctx.method !== 'POST') {
      ctx.set('Allow', 'POST');
      throw new FlowError('METHOD_NOT_ALLOWED', `${ctx.path} takes POST, not ${ctx.method}.`);
    }
    const { code, isNew } = await desk.take(await readRequest(ctx, deps, platform.id, kind));
    deps.log.info(
      { platform: platform.id, kind, isNew, requestId: ctx.state.requestId },
      'A platform asked on behalf of a person',
    );
    ctx.status = 200;
    ctx.type = 'application/json';
    // Deauthorize asks for no body; the code of a deletion is what the platform shows to the person.
    ctx.body =
      kind === 'delete'
        ? JSON.stringify({ url: `${deps.settings.publicUrl}${PAGE_PATH}/${code}`, confirmation_code: code })
        : '{}';
  };
}

/** @throws FlowError `WEBHOOK_NOT_CONFIGURED`, `WEBHOOK_SIGNATURE_INVALID`, `REQUEST_TOO_LARGE`. */
async function readRequest(
  ctx: Context,
  deps: Deps,
  platformId: string,
  kind: PrivacyRequest['kind'],
): Promise<PrivacyRequest> {
  const platform = deps.platforms.get(platformId);
  const app = deps.connections.appOf(platformId);
  // Fails closed: without a secret nothing can be verified, so nothing is believed.
  if (platform?.privacy === undefined || app === undefined || app.appSecrets.length === 0)
    throw new FlowError('WEBHOOK_NOT_CONFIGURED', `No app secret is set for ${platform?.title ?? platformId}.`);
  const form = Object.fromEntries(new URLSearchParams((await readBody(ctx.req, MAX_BYTES)).toString('utf8')));
  const request = platform.privacy.parse(form, app);
  if (request === null)
    throw new FlowError('WEBHOOK_SIGNATURE_INVALID', 'The signed request is missing or its signature does not fit.');
  return {
    kind,
    platform: platformId,
    isSandbox: deps.settings.isSandboxOn,
    ...request,
  };
}

async function showDeletion(ctx: Context, deps: Deps): Promise<void> {
  ctx.state.route = 'privacy.page';
  if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
    ctx.set('Allow', 'GET');
    throw new FlowError('METHOD_NOT_ALLOWED', `${ctx.path} takes GET, not ${ctx.method}.`);
  }
  const code = ctx.path.slice(PAGE_PATH.length + 1).toUpperCase();
  const found = /^[0-9A-F]{20}$/.test(code) ? await findDeletion(deps.database, code) : undefined;
  ctx.status = found === undefined ? 404 : 200;
  ctx.set('Cache-Control', 'no-store');
  ctx.set('X-Robots-Tag', 'noindex');
  ctx.type = 'text/html; charset=utf-8';
  ctx.body = deletionPage(found === undefined ? undefined : { ...found, code });
}
