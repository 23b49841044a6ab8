import { FlowError, type JsonValue } from '@heddle/schemas';
import type { FetchJson, OAuthGrant, PlatformAccount, PlatformApp } from '@heddle/engine';
import { graphPath, listProperty, property, textProperty } from './graph-api.ts';
import { toGraphError } from './errors.ts';
import { toAccount } from './read.ts';
import { COMMENTS_SCOPE, MESSAGES_SCOPE } from '../scopes.ts';

/** What we ask for, and what will not work without it (shown when a person unticks it). */
export const INSTAGRAM_SCOPES = [
  { name: 'instagram_business_basic', title: 'See the account', withoutIt: 'The account cannot be connected at all.' },
  {
    name: 'instagram_business_manage_messages',
    title: 'Read and send messages',
    withoutIt: 'Direct messages are neither seen nor answered.',
  },
  {
    name: 'instagram_business_manage_comments',
    title: 'Read and answer comments',
    withoutIt: 'Comments start no flow; public and private replies fail.',
  },
  {
    name: 'instagram_business_content_publish',
    title: 'Publish posts',
    withoutIt: 'Posts cannot be published from here.',
  },
] as const;

/** Webhook fields of the account that we need, by the permission that each needs (platforms.md C.3). */
const FIELDS_BY_SCOPE: Readonly<Record<string, readonly string[]>> = {
  [COMMENTS_SCOPE]: ['comments', 'live_comments'],
  [MESSAGES_SCOPE]: [
    'messages',
    'message_echoes',
    'message_edit',
    'message_reactions',
    'messaging_postbacks',
    'messaging_referral',
    'messaging_seen',
    'messaging_handover',
    'standby',
  ],
};

/** The page at Instagram where the owner grants access. */
export function authorizeUrl(app: PlatformApp, options: { redirectUri: string; state: string }): string {
  const query = new URLSearchParams({
    client_id: app.appId,
    redirect_uri: options.redirectUri,
    response_type: 'code',
    scope: INSTAGRAM_SCOPES.map((scope) => scope.name).join(','),
    state: options.state,
  });
  return `${trimSlash(app.oauthUrl)}/oauth/authorize?${query.toString()}`;
}

/**
 * Code → short-lived token → 60-day token → account.
 *
 * @throws FlowError `OAUTH_REFUSED` when the code is not taken; `PLATFORM_*` by the error table for the calls that follow.
 */
export async function exchangeCode(
  app: PlatformApp,
  options: { code: string; redirectUri: string },
  fetchJson: FetchJson,
  nowMs: () => number,
): Promise<OAuthGrant> {
  const short = await fetchJson(`${trimSlash(app.tokenUrl)}/oauth/access_token`, {
    method: 'POST',
    form: {
      client_id: app.appId,
      client_secret: firstSecret(app),
      grant_type: 'authorization_code',
      redirect_uri: options.redirectUri,
      // The redirect ends in "#_", which some proxies keep; it is not part of the code.
      code: options.code.replace(/#_$/, ''),
    },
  });
  if (short.status < 200 || short.status > 299) {
    const said =
      textProperty(short.body, 'error_message') ??
      textProperty(property(short.body, 'error'), 'message') ??
      `status ${short.status}`;
    throw new FlowError('OAUTH_REFUSED', `Instagram did not accept the sign-in: ${said.slice(0, 300)}`);
  }
  // Documented as `data: [ … ]`, seen flat in production.
  const grant = listProperty(short.body, 'data')[0] ?? short.body;
  const shortToken = textProperty(grant, 'access_token');
  if (shortToken === undefined) throw new FlowError('OAUTH_REFUSED', 'Instagram answered the sign-in without a token.');

  const long = await getToken(
    app,
    '/access_token',
    { grant_type: 'ig_exchange_token', client_secret: firstSecret(app), access_token: shortToken },
    fetchJson,
    nowMs,
  );
  const account = await getAccount(app, long.accessToken, fetchJson, nowMs);
  return { ...long, grantedScopes: toScopes(property(grant, 'permissions')), account };
}

/** A token of the same account with 60 new days. @throws FlowError `PLATFORM_TOKEN_INVALID` when it expired; others by the table. */
export async function refreshToken(
  app: PlatformApp,
  accessToken: string,
  fetchJson: FetchJson,
  nowMs: () => number,
): Promise<{ accessToken: string; expiresAtMs: number }> {
  return getToken(
    app,
    '/refresh_access_token',
    { grant_type: 'ig_refresh_token', access_token: accessToken },
    fetchJson,
    nowMs,
  );
}

/**
 * Subscribes the account to our webhook fields. One field without its permission makes Instagram refuse them all, so only those
 * are asked for that the person allowed.
 *
 * @param grantedScopes What was allowed. Undefined or empty when Instagram did not say; then all fields are asked for.
 * @throws FlowError by the error table.
 */
export async function subscribeAccount(
  account: PlatformAccount,
  grantedScopes: readonly string[] | undefined,
  nowMs: () => number,
): Promise<void> {
  const isKnown = grantedScopes !== undefined && grantedScopes.length > 0;
  const fields = Object.entries(FIELDS_BY_SCOPE).flatMap(([scope, names]) =>
    isKnown && !grantedScopes.includes(scope) ? [] : names,
  );
  // Neither comments nor messages were allowed: there is nothing that could be sent to us.
  if (fields.length === 0) return;
  const response = await account.http.request({
    method: 'POST',
    path: graphPath(account.externalId, 'subscribed_apps'),
    query: { subscribed_fields: fields.join(',') },
  });
  if (response.status < 200 || response.status > 299 || property(response.body, 'success') !== true)
    throw toGraphError(response, nowMs());
}

async function getToken(
  app: PlatformApp,
  path: string,
  query: Record<string, string>,
  fetchJson: FetchJson,
  nowMs: () => number,
): Promise<{ accessToken: string; expiresAtMs: number }> {
  const response = await fetchJson(`${trimSlash(app.apiUrl)}${path}?${new URLSearchParams(query).toString()}`, {
    method: 'GET',
  });
  if (response.status < 200 || response.status > 299) throw toGraphError({ ...response, headers: {} }, nowMs());
  const accessToken = textProperty(response.body, 'access_token');
  const expiresInSeconds = Number(property(response.body, 'expires_in'));
  if (accessToken === undefined || !Number.isFinite(expiresInSeconds)) {
    throw new FlowError('PLATFORM_ANSWER_INVALID', 'Instagram answered a token request without a token or its life.');
  }
  return { accessToken, expiresAtMs: nowMs() + expiresInSeconds * 1000 };
}

async function getAccount(
  app: PlatformApp,
  accessToken: string,
  fetchJson: FetchJson,
  nowMs: () => number,
): Promise<OAuthGrant['account']> {
  const url = `${trimSlash(app.apiUrl)}${graphPath('me')}?fields=id,user_id,username,name,account_type,profile_picture_url`;
  const response = await fetchJson(url, { method: 'GET', headers: { authorization: `Bearer ${accessToken}` } });
  if (response.status < 200 || response.status > 299) throw toGraphError({ ...response, headers: {} }, nowMs());
  const found = toAccount(response.body);
  const externalId = textProperty(found, 'externalId');
  const username = textProperty(found, 'username');
  if (externalId === undefined || username === undefined) {
    throw new FlowError('PLATFORM_ANSWER_INVALID', 'Instagram named no professional account for this sign-in.');
  }
  const pictureUrl = textProperty(found, 'pictureUrl');
  const appScopedId = textProperty(found, 'appScopedId');
  return {
    externalId,
    ...(appScopedId === undefined ? {} : { appScopedId }),
    username,
    name: textProperty(found, 'name') ?? username,
    ...(pictureUrl === undefined ? {} : { pictureUrl }),
  };
}

/** Granted scopes come as a list or as text with commas. */
function toScopes(value: JsonValue | undefined): string[] {
  const names = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(',') : [];
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function firstSecret(app: PlatformApp): string {
  const [secret] = app.appSecrets;
  if (secret === undefined || secret === '')
    throw new FlowError('CONNECTION_NOT_READY', 'The Instagram app has no secret. Set INSTAGRAM_APP_SECRET.');
  return secret;
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
