import type { Middleware } from 'koa';

/**
 * Mantine sets style attributes, hence 'unsafe-inline' for styles alone. Pictures may be of any https host: posts and profiles live on
 * the networks' own servers.
 */
const contentSecurityPolicy = (origins: ReadonlySet<string>): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: https: ${[...origins].join(' ')}`,
    "media-src 'self' https:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');

/**
 * Headers of every answer.
 *
 * @param isHttps True when PUBLIC_URL is https: browsers then insist on it for a year.
 * @param origins Our own addresses: the sandbox's pictures come from the one in PUBLIC_URL, whichever of them the visitor used.
 */
export function securityHeaders(isHttps: boolean, origins: ReadonlySet<string>): Middleware {
  const policy = contentSecurityPolicy(origins);
  return async (ctx, next) => {
    ctx.set('Content-Security-Policy', policy);
    ctx.set('X-Content-Type-Options', 'nosniff');
    ctx.set('X-Frame-Options', 'SAMEORIGIN');
    // Addresses may hold one-time tokens; they are nobody else's business.
    ctx.set('Referrer-Policy', 'same-origin');
    ctx.set('Cross-Origin-Opener-Policy', 'same-origin');
    ctx.set('Cross-Origin-Resource-Policy', 'same-origin');
    ctx.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
    if (isHttps) ctx.set('Strict-Transport-Security', 'max-age=31536000');
    if (ctx.path.startsWith('/api/')) ctx.set('Cache-Control', 'no-store');
    await next();
  };
}
