import { FlowError } from '@heddle/schemas';
import type { Access } from '@heddle/schemas/api';
import type { Accounts } from '../accounts/accounts.ts';
import type { Caller } from './caller.ts';
import { checkOrigin } from './origin.ts';

const RANK = { viewer: 1, editor: 2, owner: 3 } as const;

/**
 * Who calls: by API key, else by session cookie.
 *
 * @throws FlowError `SIGN_IN_REQUIRED`; `ORIGIN_REFUSED` when a cookie came along from a foreign page.
 */
export async function authenticate(
  accounts: Accounts,
  method: string,
  headers: Headers,
  origins: ReadonlySet<string>,
): Promise<Caller> {
  const authorization = headers.get('authorization');
  if (authorization !== null) {
    const secret = /^Bearer\s+(\S{1,300})$/i.exec(authorization)?.[1];
    const caller = secret === undefined ? null : await accounts.apiKeys.identify(secret);
    if (caller === null)
      throw new FlowError('SIGN_IN_REQUIRED', 'The API key is not known, was revoked or is too old.');
    return caller;
  }
  const caller = headers.has('cookie') ? await accounts.identifySession(headers) : null;
  if (caller === null) throw new FlowError('SIGN_IN_REQUIRED', 'You are not signed in.');
  checkOrigin(method, headers.get('origin') ?? undefined, origins);
  return caller;
}

/** @throws FlowError `ROLE_TOO_LOW`. */
export function checkRole(caller: Caller, access: Access): void {
  if (access !== 'public' && RANK[caller.role] < RANK[access]) {
    throw new FlowError('ROLE_TOO_LOW', `This needs the role ${access}; you have ${caller.role}.`);
  }
}
