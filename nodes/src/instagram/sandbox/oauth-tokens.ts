/** Lives of tokens: short (1 h), long (60 days), extended when at least 24 h old (platforms.md A.1). */
import type { SandboxCore } from './core.ts';
import { getGrant } from './access.ts';
import { GraphError, invalidParameter, permissionError } from './graph-error.ts';
import { DAY_MS, HOUR_MS } from './graph-time.ts';
import type { AccountRow, TokenRow } from './model.ts';
import type { Params } from './params.ts';

/** What Meta answers as `expires_in`: a few seconds less than 60 days. */
const LONG_LIFE_MS = 5_183_944_000;

/** A one-hour token, put within the caller's transaction. */
export function issueShortToken(core: SandboxCore, account: AccountRow, scopes: readonly string[]): TokenRow {
  return putToken(core, account, scopes, 'short', HOUR_MS);
}

/** A sixty-day token, put within the caller's transaction: what the dashboard's button gives. */
export function issueLongToken(core: SandboxCore, account: AccountRow, scopes: readonly string[]): TokenRow {
  return putToken(core, account, scopes, 'long', LONG_LIFE_MS);
}

/** `GET /access_token?grant_type=ig_exchange_token`. @throws GraphError 100 or 190. */
export async function exchangeToken(
  core: SandboxCore,
  params: Params,
  tokenText: string | undefined,
): Promise<unknown> {
  if (params.text('grant_type') !== 'ig_exchange_token')
    throw invalidParameter('The parameter grant_type must be ig_exchange_token.');
  if (params.text('client_secret') !== core.config.app.secret)
    throw new GraphError(1, 'Error validating client secret.', { httpStatus: 400 });
  const { token, account } = getGrant(core, tokenText);
  if (token.life === 'long') throw invalidParameter('Session key invalid: this token is already long-lived.');
  const long = await core.state.transact(() => issueLongToken(core, account, token.scopes));
  return toTokenAnswer(core, long);
}

/** `GET /refresh_access_token?grant_type=ig_refresh_token`. @throws GraphError 100, 190/463 or 10. */
export async function refreshToken(core: SandboxCore, params: Params, tokenText: string | undefined): Promise<unknown> {
  if (params.text('grant_type') !== 'ig_refresh_token')
    throw invalidParameter('The parameter grant_type must be ig_refresh_token.');
  const { token, account } = getGrant(core, tokenText);
  if (token.life !== 'long') throw invalidParameter('Only long-lived access tokens can be refreshed.');
  if (core.nowMs() - token.issuedAtMs < DAY_MS)
    throw invalidParameter('The access token must be at least 24 hours old to be refreshed.');
  if (!token.scopes.includes('instagram_business_basic')) throw permissionError('instagram_business_basic');
  // a new text for the extended token; the old one stays good until its own end, so either reading of the docs works
  const extended = await core.state.transact(() => issueLongToken(core, account, token.scopes));
  return toTokenAnswer(core, extended);
}

/** Ends all tokens of an account. @returns how many. */
export function revokeTokens(core: SandboxCore, account: AccountRow, subcode: 458 | 460): number {
  const live = core.state.tokens
    .all()
    .filter((token) => token.accountId === account.id && token.revokedSubcode === null);
  for (const token of live) core.state.tokens.put(token.token, { ...token, revokedSubcode: subcode });
  return live.length;
}

function putToken(
  core: SandboxCore,
  account: AccountRow,
  scopes: readonly string[],
  life: 'short' | 'long',
  lifeMs: number,
): TokenRow {
  const row: TokenRow = {
    token: core.ids.token(),
    appId: core.config.app.id,
    accountId: account.id,
    scopes,
    life,
    issuedAtMs: core.nowMs(),
    expiresAtMs: core.nowMs() + lifeMs,
    revokedSubcode: null,
  };
  core.state.tokens.put(row.token, row);
  return row;
}

function toTokenAnswer(core: SandboxCore, token: TokenRow): unknown {
  return {
    access_token: token.token,
    token_type: 'bearer',
    expires_in: Math.floor((token.expiresAtMs - core.nowMs()) / 1000),
  };
}
