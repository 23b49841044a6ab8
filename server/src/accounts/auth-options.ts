import { createHash } from 'node:crypto';
import type { BetterAuthOptions } from 'better-auth';
import { magicLink } from 'better-auth/plugins/magic-link';
import type pg from 'pg';
import { newId } from '../database/new-id.ts';

export interface AuthSettings {
  readonly publicUrl: string;
  readonly origins: readonly string[];
  readonly secret: string;
}

/** Path below which the accounts library answers. */
export const AUTH_PATH = '/api/auth';

/** Set by us from the socket, never taken from the client: what sign-in attempts are counted by. */
export const CLIENT_ADDRESS_HEADER = 'x-heddle-client-address';

/** Fewest characters of a password. Length is what counts (OWASP Authentication cheat sheet). */
export const MIN_PASSWORD_LENGTH = 10;
export const MAX_PASSWORD_LENGTH = 200;

/**
 * How the accounts library is set up. Nobody can sign up from outside: accounts are made by Heddle. Memberships are ours
 * (heddle.member), not the library's, because they are under row-level security.
 *
 * @param pool A pool whose search path is the schema `auth`.
 */
export function authOptions(pool: pg.Pool, settings: AuthSettings): BetterAuthOptions {
  return {
    appName: 'Heddle',
    baseURL: settings.publicUrl,
    basePath: AUTH_PATH,
    secret: settings.secret,
    database: pool,
    trustedOrigins: [...settings.origins],
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    session: {
      expiresIn: 30 * 86_400,
      updateAge: 86_400,
      // The workspace that the member looks at.
      additionalFields: { workspaceId: { type: 'string', required: false, input: false } },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: { '/sign-in/email': { window: 60, max: 10 } },
    },
    advanced: {
      cookiePrefix: 'heddle',
      useSecureCookies: settings.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: () => newId() },
    },
    plugins: [
      magicLink({
        disableSignUp: true,
        // Links are made by createSignInLink and shown on the console; nothing is mailed.
        sendMagicLink: () => undefined,
        storeToken: { type: 'custom-hasher', hash: async (token) => hashSecret(token) },
        rateLimit: { window: 60, max: 20 },
      }),
    ],
  };
}

/** SHA-256 in hex. For secrets of 256 random bits, which need no slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
