import { FlowError } from '@heddle/schemas';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Origins that our own pages have. On a loopback host its usual other names count too. */
export function ownOrigins(publicUrl: string, host: string, port: number): ReadonlySet<string> {
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  return new Set([
    new URL(publicUrl).origin,
    ...(isLoopback ? [`http://localhost:${port}`, `http://127.0.0.1:${port}`] : []),
  ]);
}

/**
 * Guards calls that a session cookie authorises: a browser sends `Origin` with each one that changes something.
 *
 * @throws FlowError `ORIGIN_REFUSED` when it names another page, or when there is none.
 */
export function checkOrigin(method: string, origin: string | undefined, allowed: ReadonlySet<string>): void {
  if (SAFE_METHODS.has(method) || (origin !== undefined && allowed.has(origin))) return;
  throw new FlowError(
    'ORIGIN_REFUSED',
    origin === undefined
      ? 'A call with a session cookie needs an Origin header.'
      : `The page at ${origin} may not do this.`,
  );
}
