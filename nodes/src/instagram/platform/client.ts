import { definePlatform, type Platform } from '@heddle/engine';
import { isSameSecret, isSignedBy } from './webhook-signature.ts';
import { parseSignedRequest } from './signed-request.ts';
import { parseWebhook } from './webhook-parser.ts';
import { authorizeUrl, exchangeCode, INSTAGRAM_SCOPES, refreshToken, subscribeAccount } from './oauth.ts';
import { performAction } from './perform.ts';
import { validateAction } from './validate-action.ts';
import { reconcileAction } from './reconcile.ts';
import { readFromInstagram } from './read.ts';
import { limitsOf } from './limits.ts';
import { toGraphError } from './errors.ts';

/**
 * Instagram through "Instagram Login" (no Facebook page needed).
 *
 * @param options.nowMs Clock for token lives and for the time until which a rate limit lasts; the system's by default.
 */
export function createInstagramPlatform(options: { nowMs?: () => number } = {}): Platform {
  const nowMs = options.nowMs ?? Date.now;
  return definePlatform({
    id: 'instagram',
    title: 'Instagram',
    webhook: {
      challenge: (query, app) =>
        query['hub.mode'] === 'subscribe' && isSameSecret(query['hub.verify_token'] ?? '', app.verifyToken)
          ? (query['hub.challenge'] ?? '')
          : null,
      verify: (rawBody, headers, app) => isSignedBy(rawBody, headers['x-hub-signature-256'], app.appSecrets),
      parse: parseWebhook,
    },
    privacy: { parse: (form, app) => parseSignedRequest(form['signed_request'], app.appSecrets) },
    oauth: {
      scopes: INSTAGRAM_SCOPES,
      authorizeUrl,
      exchange: (app, exchange, fetchJson) => exchangeCode(app, exchange, fetchJson, nowMs),
      refresh: (app, accessToken, fetchJson) => refreshToken(app, accessToken, fetchJson, nowMs),
      subscribe: (account, grantedScopes) => subscribeAccount(account, grantedScopes, nowMs),
    },
    perform: (action, account) => performAction(action, account, nowMs),
    validate: validateAction,
    reconcile: (action, sinceMs, account) => reconcileAction(action, sinceMs, account, nowMs),
    read: (what, args, account) => readFromInstagram(what, args, account, nowMs),
    limits: limitsOf,
    toError: (response) => toGraphError(response, nowMs()),
  });
}

export const instagramPlatform = createInstagramPlatform();
