import type { IncomingHttpHeaders } from 'node:http';
import type { SandboxCore } from './core.ts';
import { tokenError } from './graph-error.ts';
import { toGraphTime } from './graph-time.ts';
import type { AccountRow, TokenRow } from './model.ts';
import type { Params } from './params.ts';

/** The token of a call: `Authorization: Bearer`, or the parameter `access_token`. */
export function findTokenText(headers: IncomingHttpHeaders, params: Params): string | undefined {
  const bearer = /^\s*(?:Bearer|OAuth)\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? params.text('access_token');
}

/**
 * The grant behind a token.
 * @throws GraphError 190 missing or unknown, 190/463 expired, 190/458 or 190/460 revoked.
 */
export function getGrant(core: SandboxCore, text: string | undefined): { token: TokenRow; account: AccountRow } {
  if (text === undefined) throw tokenError('An access token is required to request this resource.');
  const token = core.state.tokens.find(text);
  const account = token && core.state.accounts.find(token.accountId);
  if (!token || !account) throw tokenError('Invalid OAuth access token - Cannot parse access token');
  if (token.revokedSubcode !== null) {
    throw tokenError(
      token.revokedSubcode === 458
        ? 'Error validating access token: The user has not authorized the application.'
        : 'Error validating access token: The session has been invalidated because the user changed their password.',
      token.revokedSubcode,
    );
  }
  if (token.expiresAtMs <= core.nowMs())
    throw tokenError(`Error validating access token: Session has expired on ${toGraphTime(token.expiresAtMs)}.`, 463);
  return { token, account };
}
