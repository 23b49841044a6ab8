import { FlowError, isJsonObject, type JsonValue } from '@heddle/schemas';
import type { Context, Middleware } from 'koa';
import { checkOrigin } from '../http/origin.ts';
import { parseJson } from '../http/parse-json.ts';
import { readBody } from '../http/read-body.ts';
import type { Accounts } from './accounts.ts';
import { toAuthError } from './auth-errors.ts';
import { AUTH_PATH, CLIENT_ADDRESS_HEADER } from './auth-options.ts';

/** What of the accounts library is reachable from outside. Everything else below its path does not exist. */
const PATHS = new Set([
  '/sign-in/email',
  '/sign-out',
  '/get-session',
  '/change-password',
  '/list-sessions',
  '/revoke-session',
  '/revoke-other-sessions',
]);
const MAX_BODY_BYTES = 65_536;
/** The library looks at the path alone; a Request needs a whole address. Koa's `ctx.origin` is the Origin header, which only browsers send. */
const LIBRARY_BASE = 'http://heddle.invalid';

/** Sign-in, sign-out and the account's own settings below /api/auth, and the page of the printed link. */
export function authMiddleware(accounts: Accounts, origins: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    if (ctx.path === '/sign-in' && ctx.method === 'GET' && typeof ctx.query['token'] === 'string') {
      await sendResponse(ctx, await accounts.useSignInLink(ctx.query['token'], toHeaders(ctx)));
      return;
    }
    if (!ctx.path.startsWith(`${AUTH_PATH}/`)) {
      await next();
      return;
    }
    const path = ctx.path.slice(AUTH_PATH.length);
    const headers = toHeaders(ctx);
    // Without a cookie there is nothing a foreign page could misuse, except to sign the visitor in as somebody else.
    if (headers.has('cookie') || headers.has('origin'))
      checkOrigin(ctx.method, headers.get('origin') ?? undefined, origins);
    if (path === '/set-password' && ctx.method === 'POST') {
      const body = parseJson(await readBody(ctx.req, MAX_BODY_BYTES));
      const { newPassword, email } = isJsonObject(body) ? body : {};
      if (typeof newPassword !== 'string' || (email !== undefined && typeof email !== 'string'))
        throw new FlowError('REQUEST_INVALID', '"newPassword" is missing, or "email" is no text.');
      await accounts.setFirstPassword(headers, { newPassword, email });
      ctx.status = 204;
      return;
    }
    if (path === '/set-account' && ctx.method === 'POST') {
      const body = parseJson(await readBody(ctx.req, MAX_BODY_BYTES));
      const { name, email, currentPassword } = isJsonObject(body) ? body : {};
      await accounts.changeAccount(headers, {
        name: textOrNothing(name),
        email: textOrNothing(email),
        currentPassword: textOrNothing(currentPassword),
      });
      ctx.status = 204;
      return;
    }
    if (!PATHS.has(path)) throw new FlowError('NOT_FOUND', `There is no ${ctx.path}.`);
    const hasBody = ctx.method !== 'GET' && ctx.method !== 'HEAD';
    const body = hasBody ? await readBody(ctx.req, MAX_BODY_BYTES) : undefined;
    if (body !== undefined && body.length > 0) parseJson(body); // broken or deep JSON stops here
    await sendResponse(
      ctx,
      await accounts.handle(
        new Request(new URL(ctx.url, LIBRARY_BASE), {
          method: ctx.method,
          headers,
          body: body === undefined || body.length === 0 ? null : new Uint8Array(body),
        }),
      ),
    );
  };
}

function textOrNothing(value: JsonValue | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new FlowError('REQUEST_INVALID', '"name", "email" and "currentPassword" must be texts.');
}

/** The headers of a request, with the client's address as we know it and not as the client says. */
export function toHeaders(ctx: Context): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(ctx.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set(CLIENT_ADDRESS_HEADER, ctx.ip);
  return headers;
}

async function sendResponse(ctx: Context, response: Response): Promise<void> {
  if (response.status >= 400) throw await toAuthError(response, Date.now());
  ctx.status = response.status;
  for (const [name, value] of response.headers) {
    // A redirect stays on the address that the visitor used: the cookie belongs to that one.
    if (name === 'location' && URL.canParse(value)) ctx.set(name, new URL(value).pathname + new URL(value).search);
    else if (name !== 'set-cookie') ctx.set(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) ctx.set('Set-Cookie', cookies);
  ctx.set('Cache-Control', 'no-store');
  const text = await response.text();
  if (text !== '') ctx.body = text;
}
