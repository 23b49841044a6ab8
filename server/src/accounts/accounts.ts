import { randomBytes } from 'node:crypto';
import { FlowError } from '@heddle/schemas';
import type { Role, Session } from '@heddle/schemas/api';
import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { sql } from 'kysely';
import pg from 'pg';
import { surviveLostConnections, type Database } from '../database/index.ts';
import type { Caller } from '../http/caller.ts';
import type { Clock } from '../runtime/clock.ts';
import { createApiKeys, type ApiKeys } from './api-keys.ts';
import { describeRefusal, REFUSALS, toAuthError } from './auth-errors.ts';
import { AUTH_PATH, authOptions, hashSecret, MIN_PASSWORD_LENGTH, type AuthSettings } from './auth-options.ts';

/** A printed link lets its bearer in this long. */
const SIGN_IN_LINK_MS = 30 * 60_000;
const MAX_NAME_LENGTH = 80;

export interface Membership {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** What a session says about who looks at what. */
export interface Accounts {
  readonly apiKeys: ApiKeys;
  /** The member behind a session cookie, or null. */
  identifySession(headers: Headers): Promise<Caller | null>;
  memberships(memberId: string): Promise<Membership[]>;
  describe(memberId: string): Promise<Session['member']>;
  /** @throws FlowError `NOT_FOUND` when the member is not in that workspace. */
  switchWorkspace(headers: Headers, memberId: string, workspaceId: string): Promise<void>;
  /** Passes a request below /api/auth to the accounts library. */
  handle(request: Request): Promise<Response>;
  /** Signs in with the token of a printed link. The answer is a redirect that carries the cookie; its target has `error=` when the token is no good. */
  useSignInLink(token: string, headers: Headers): Promise<Response>;
  /**
   * Gives an account without a password its first one, and the address to sign in with: the account of a new installation has neither.
   *
   * @throws FlowError `REQUEST_INVALID` when it has a password, the new one is too short, or the address is none or another account's.
   */
  setFirstPassword(headers: Headers, given: { newPassword: string; email: string | undefined }): Promise<void>;
  /**
   * Changes name or e-mail address of the signed-in account. The address is half of what one signs in with: when there is a
   * password, it must be given again.
   *
   * @throws FlowError `REQUEST_INVALID` for a wrong password, a bad name or address, or one of another account; `RATE_LIMITED`.
   */
  changeAccount(
    headers: Headers,
    given: { name: string | undefined; email: string | undefined; currentPassword: string | undefined },
  ): Promise<void>;
  /** A fresh single-use link for an account. */
  createSignInLink(memberId: string): Promise<string>;
  /** The account with this address, made when it is not there. */
  ensureAccount(email: string, name: string): Promise<string>;
  close(): Promise<void>;
}

/** @param appUrl The database for the server's role; a small pool of its own is used, with the schema `auth` as its search path. */
export function createAccounts(options: {
  database: Database;
  appUrl: string;
  clock: Clock;
  settings: AuthSettings;
  maxConnections?: number;
}): Accounts {
  const { database, settings } = options;
  const pool = new pg.Pool({
    connectionString: options.appUrl,
    max: options.maxConnections ?? 5,
    options: '-c search_path=auth',
    application_name: 'heddle accounts',
  });
  pool.on('error', () => undefined); // an idle connection that breaks: the next query opens another
  surviveLostConnections(pool);
  const auth = betterAuth(authOptions(pool, settings));

  const memberships = async (memberId: string): Promise<Membership[]> => {
    const { rows } =
      await sql<Membership>`select workspace_id as id, name, role from heddle.memberships(${memberId})`.execute(
        database.anyWorkspace,
      );
    return rows;
  };

  const hasPasswordSet = async (memberId: string): Promise<boolean> => {
    const ways = await (await auth.$context).internalAdapter.findAccounts(memberId);
    return ways.some((way) => way.providerId === 'credential' && typeof way.password === 'string');
  };

  /** An address in the form that we store. @throws FlowError `REQUEST_INVALID` when it is none, or another account's. */
  const parseFreeAddress = async (text: string, memberId: string): Promise<string> => {
    const email = text.trim().toLowerCase();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.length > 254)
      throw new FlowError('REQUEST_INVALID', 'That is no e-mail address.');
    const holder = await (await auth.$context).internalAdapter.findUserByEmail(email);
    if (holder && holder.user.id !== memberId)
      throw new FlowError('REQUEST_INVALID', 'Another account has this e-mail address.');
    return email;
  };

  /**
   * Asks the library through its own door, because only there it counts how often somebody guesses: "change" to the same password.
   *
   * @throws FlowError `REQUEST_INVALID` when it is not the password, `RATE_LIMITED` after too many tries.
   */
  const checkPassword = async (headers: Headers, password: string): Promise<void> => {
    // The library would complain about the length of the "new" one.
    if (password.length < MIN_PASSWORD_LENGTH) throw new FlowError('REQUEST_INVALID', REFUSALS.INVALID_PASSWORD);
    const asked = new Headers(headers);
    asked.set('content-type', 'application/json');
    asked.delete('content-length');
    const answer = await auth.handler(
      new Request(new URL(`${AUTH_PATH}/change-password`, settings.publicUrl), {
        method: 'POST',
        headers: asked,
        body: JSON.stringify({ currentPassword: password, newPassword: password }),
      }),
    );
    if (!answer.ok) throw await toAuthError(answer, options.clock.nowMs());
  };

  return {
    apiKeys: createApiKeys({ database, clock: options.clock }),
    memberships,
    identifySession: async (headers) => {
      const found = await auth.api.getSession({ headers });
      if (found === null) return null;
      const member = found.user.id;
      // An additional field of ours: the library's general type does not list it.
      const wanted: unknown = Reflect.get(found.session, 'workspaceId');
      const all = await memberships(member);
      const current = all.find((workspace) => workspace.id === wanted) ?? all[0];
      return current === undefined
        ? null
        : { kind: 'session', memberId: member, workspaceId: current.id, role: current.role };
    },
    describe: async (memberId) => {
      const [user, hasPassword] = await Promise.all([
        (await auth.$context).internalAdapter.findUserById(memberId),
        hasPasswordSet(memberId),
      ]);
      return { id: memberId, name: user?.name ?? '', email: user?.email ?? '', hasPassword };
    },
    switchWorkspace: async (headers, memberId, workspaceId) => {
      const found = await auth.api.getSession({ headers });
      const isMember = (await memberships(memberId)).some((workspace) => workspace.id === workspaceId);
      if (found === null || !isMember) throw new FlowError('NOT_FOUND', `You are in no workspace ${workspaceId}.`);
      await (await auth.$context).internalAdapter.updateSession(found.session.token, { workspaceId });
    },
    handle: (request) => auth.handler(request),
    useSignInLink: (token, headers) => {
      const url = new URL(`${AUTH_PATH}/magic-link/verify`, settings.publicUrl);
      url.search = new URLSearchParams({ token, callbackURL: '/', errorCallbackURL: '/sign-in' }).toString();
      return auth.handler(new Request(url, { headers }));
    },
    setFirstPassword: async (headers, { newPassword, email: wanted }) => {
      const { internalAdapter } = await auth.$context;
      const found = await auth.api.getSession({ headers });
      if (found === null) throw new FlowError('SIGN_IN_REQUIRED', 'You are not signed in.');
      const email = wanted === undefined ? undefined : await parseFreeAddress(wanted, found.user.id);
      await auth.api.setPassword({ headers, body: { newPassword } }).catch((error: unknown) => {
        if (!isAPIError(error)) throw error;
        throw new FlowError(
          'REQUEST_INVALID',
          describeRefusal(error.body?.code, error.body?.message ?? error.message),
          {
            cause: error,
          },
        );
      });
      if (email !== undefined) await internalAdapter.updateUser(found.user.id, { email });
    },
    changeAccount: async (headers, { name: wantedName, email: wantedEmail, currentPassword }) => {
      const { internalAdapter } = await auth.$context;
      const found = await auth.api.getSession({ headers });
      if (found === null) throw new FlowError('SIGN_IN_REQUIRED', 'You are not signed in.');
      const { user } = found;
      const name = wantedName?.trim() ?? user.name;
      if (name === '' || name.length > MAX_NAME_LENGTH)
        throw new FlowError('REQUEST_INVALID', `Your name must have between 1 and ${MAX_NAME_LENGTH} characters.`);
      const email = wantedEmail === undefined ? user.email : await parseFreeAddress(wantedEmail, user.id);
      if (email !== user.email && (await hasPasswordSet(user.id))) await checkPassword(headers, currentPassword ?? '');
      await internalAdapter.updateUser(user.id, { name, email });
    },
    createSignInLink: async (memberId) => {
      const { internalAdapter } = await auth.$context;
      const user = await internalAdapter.findUserById(memberId);
      if (!user) throw new FlowError('NOT_FOUND', `There is no account ${memberId}.`);
      const token = randomBytes(32).toString('base64url');
      await internalAdapter.createVerificationValue({
        identifier: hashSecret(token),
        value: JSON.stringify({ email: user.email, name: user.name }),
        expiresAt: new Date(options.clock.nowMs() + SIGN_IN_LINK_MS),
      });
      return `${settings.publicUrl}/sign-in?token=${token}`;
    },
    ensureAccount: async (email, name) => {
      const { internalAdapter } = await auth.$context;
      const existing = await internalAdapter.findUserByEmail(email);
      if (existing) return existing.user.id;
      const created = await internalAdapter.createUser({ email, name, emailVerified: true }, { method: 'admin' });
      return created.id;
    },
    close: () => pool.end(),
  };
}
