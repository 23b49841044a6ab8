import { FlowError } from '@heddle/schemas';
import type { Middleware } from 'koa';
import { toHeaders } from '../accounts/auth-middleware.ts';
import { authenticate, checkRole } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';
import { toFlowError } from '../http/problem.ts';
import { callbackPath } from './connections.ts';

/** `GET /api/<platform>/auth/callback`: where a platform sends the browser back to. Ends on the editor's connections page. */
export function oauthCallbackMiddleware(deps: Deps, origins: ReadonlySet<string>): Middleware {
  return async (ctx, next) => {
    const platform = [...deps.platforms.keys()].find((name) => ctx.path === callbackPath(name));
    if (platform === undefined || ctx.method !== 'GET') return next();
    ctx.state.route = 'oauth.callback';
    // The code in the address must reach no other site.
    ctx.set('Referrer-Policy', 'no-referrer');
    try {
      const caller = await authenticate(deps.accounts, 'GET', toHeaders(ctx), origins);
      checkRole(caller, 'editor');
      const id = await deps.connections.complete(caller, platform, answerOf(ctx.URL.searchParams));
      ctx.redirect(`/connections?connected=${id}`);
    } catch (thrown) {
      // A person in a browser lands on the page that can start again; a program gets the problem. Only the code goes into the
      // address: it is kept in histories and logs, and whoever makes up an address must not be able to put words on our page.
      if (!ctx.get('accept').includes('text/html')) throw thrown;
      const error = toFlowError(thrown);
      if (error.code === 'INTERNAL')
        deps.log.error({ error: thrown, requestId: ctx.state.requestId }, 'Connecting failed');
      else
        deps.log.warn(
          { errorCode: error.code, reason: error.message, requestId: ctx.state.requestId },
          'Connecting failed',
        );
      ctx.redirect(
        error.code === 'SIGN_IN_REQUIRED'
          ? '/sign-in'
          : `/connections?${new URLSearchParams({ error: error.code }).toString()}`,
      );
    }
  };
}

function answerOf(query: URLSearchParams): { code: string; state: string } {
  const refused = query.get('error');
  if (refused !== null) {
    throw new FlowError(
      'OAUTH_REFUSED',
      `The platform says: ${(query.get('error_description') ?? query.get('error_reason') ?? refused).slice(0, 300)}`,
    );
  }
  const code = query.get('code') ?? '';
  const state = query.get('state') ?? '';
  if (code === '' || code.length > 2000 || state === '' || state.length > 200)
    throw new FlowError('OAUTH_STATE_INVALID', 'The platform sent no code and state.');
  return { code, state };
}
