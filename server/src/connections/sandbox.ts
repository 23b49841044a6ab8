import type { PlatformApp } from '@heddle/engine';
import {
  createFileStore,
  createInstagramSandbox,
  SANDBOX_APP,
  SCOPES,
  SEED_ACCOUNT_ID,
  type InstagramSandbox,
} from '@heddle/nodes/sandbox';
import { join } from 'node:path';
import type { Middleware } from 'koa';
import { toHeaders } from '../accounts/auth-middleware.ts';
import { authenticate, checkRole } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';
import { isPublicAddress } from '../http/public-address.ts';
import { sendHttp } from '../http/send-http.ts';
import type { Log } from '../log/index.ts';
import type { InstagramAppSettings, Settings } from '../settings.ts';
import type { Actor } from './connection-service.ts';
import { deauthorizePath, deletionPath } from './privacy-callbacks.ts';
import type { Connections } from './connections.ts';

const PREFIX = '/sandbox/instagram';
/** The customer's side and the switches: for signed-in members only. The rest of the sandbox is open as Instagram is, by token. */
const CUSTOMER_API = `${PREFIX}/_sandbox`;

/** The app of the sandbox: the operator's names when given, the documented ones otherwise. */
export function sandboxApp(
  settings: Pick<Settings, 'publicUrl'> & { instagram: InstagramAppSettings },
  internalUrl: string,
): PlatformApp {
  const { instagram, publicUrl } = settings;
  return {
    appId: instagram.appId ?? SANDBOX_APP.id,
    appSecrets: instagram.appSecrets.length > 0 ? instagram.appSecrets : [SANDBOX_APP.secret],
    verifyToken: instagram.verifyToken ?? SANDBOX_APP.verifyToken,
    apiUrl: `${internalUrl}${PREFIX}`,
    tokenUrl: `${internalUrl}${PREFIX}`,
    // The browser goes there, so it is the address that browsers know.
    oauthUrl: `${publicUrl}${PREFIX}`,
  };
}

/** The imitation of Instagram, which keeps its world in the data directory and calls our webhook over HTTP. */
export function createSandbox(options: {
  settings: Settings;
  app: PlatformApp;
  internalUrl: string;
  log: Log;
}): InstagramSandbox {
  const { settings, app, internalUrl, log } = options;
  const [secret = SANDBOX_APP.secret] = app.appSecrets;
  return createInstagramSandbox({
    store: createFileStore(join(settings.dataDir, 'sandbox')),
    app: {
      id: app.appId,
      secret,
      deauthorizeUrl: `${internalUrl}${deauthorizePath('instagram')}`,
      deletionUrl: `${internalUrl}${deletionPath('instagram')}`,
    },
    pathPrefix: PREFIX,
    publicUrl: `${settings.publicUrl}${PREFIX}`,
    webhook: { callbackUrl: `${internalUrl}/api/webhooks/instagram`, verifyToken: app.verifyToken },
    // On this machine alone the sandbox may fetch pictures from it; reachable by others it must not be a way to its inside.
    ...(isLoopback(settings.host) ? {} : { allowsMediaHost: isPublicAddress }),
    log: (message, facts) => log.debug({ sandbox: facts }, message),
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Serves the sandbox below our own address. */
export function sandboxMiddleware(deps: Deps, sandbox: InstagramSandbox, origins: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    const path = resolvedPath(ctx.req.url);
    if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) return next();
    ctx.state.route = 'sandbox';
    if (path === CUSTOMER_API || path.startsWith(`${CUSTOMER_API}/`)) {
      const caller = await authenticate(deps.accounts, ctx.method, toHeaders(ctx), origins);
      checkRole(caller, ctx.method === 'GET' || ctx.method === 'HEAD' ? 'viewer' : 'editor');
      delete ctx.req.headers.authorization;
    }
    // Our session is none of the imitated platform's business.
    delete ctx.req.headers.cookie;
    ctx.respond = false;
    sandbox.handler(ctx.req, ctx.res);
  };
}

/** The path as the sandbox will read it, with `.` and `..` gone: what is guarded must be what is served. */
function resolvedPath(target = '/'): string {
  return URL.canParse(target, 'http://sandbox.invalid') ? new URL(target, 'http://sandbox.invalid').pathname : '';
}

/**
 * Connects the sandbox's account to a new installation the way a person would: the consent form over HTTP, the code, the exchange.
 * Does nothing when the workspace has had an Instagram account before.
 */
export async function connectSandboxAccount(connections: Connections, actor: Actor, app: PlatformApp): Promise<void> {
  const known = await connections.hasAny(actor.workspaceId, 'instagram');
  if (known) return;
  const asked = new URL(await connections.authorizeUrl(actor, 'instagram')).searchParams;
  const form = new URLSearchParams(asked);
  form.set('account', SEED_ACCOUNT_ID);
  form.set('decision', 'allow');
  for (const scope of SCOPES) form.append('granted', scope);
  const answer = await sendHttp({
    url: new URL(`${app.apiUrl}/oauth/authorize`),
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    timeoutMs: 10_000,
    maxBytes: 1_048_576,
  });
  const location = answer.headers['location'] ?? '';
  const back = URL.canParse(location) ? new URL(location).searchParams : new URLSearchParams();
  await connections.complete(actor, 'instagram', { code: back.get('code') ?? '', state: back.get('state') ?? '' });
}
