import type { Middleware } from 'koa';
import type { Deps } from './deps.ts';

/** What the process says about itself. */
export interface Health {
  /** True once everything is started and until draining begins. */
  isReady: boolean;
  /** What an operator should know although everything works; shown with `/readyz`. */
  warning?: () => string | null;
}

/** A database that takes longer is not one we can serve from. */
const DATABASE_TIMEOUT_MS = 2_000;

/** `/healthz`: the process lives. `/readyz`: it may get traffic. `/metrics`: Prometheus. None needs a sign-in, none tells a secret. */
export function healthMiddleware(deps: Deps, health: Health): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (ctx.path === '/healthz') {
      ctx.body = { status: 'ok' };
    } else if (ctx.path === '/readyz') {
      const database = health.isReady ? await databaseAnswers(deps) : false;
      ctx.status = health.isReady && database ? 200 : 503;
      const warning = health.warning?.() ?? null;
      ctx.body = {
        status: health.isReady ? (database ? 'ready' : 'no database') : 'starting or stopping',
        ...(warning === null ? {} : { warnings: [warning] }),
      };
    } else if (ctx.path === '/metrics') {
      ctx.type = deps.metrics.contentType;
      ctx.body = await deps.metrics.metrics();
    } else {
      return next();
    }
    ctx.set('Cache-Control', 'no-store');
  };
}

async function databaseAnswers(deps: Deps): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(() => resolve(false), DATABASE_TIMEOUT_MS).unref());
  const answer = deps.database.pool.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answer, timeout]);
}
