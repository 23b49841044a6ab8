import { createHmac } from 'node:crypto';
import type { SandboxCore } from './core.ts';
import { findJson, findText, isObject } from './json.ts';
import type { AccountRow } from './model.ts';
import { revokeTokens } from './oauth-tokens.ts';
import { callApp } from './webhook-post.ts';

/** The owner removes the app: tokens die (190/458) and the app's deauthorize callback gets a `signed_request` (platforms.md G). */
export async function deauthorize(
  core: SandboxCore,
  account: AccountRow,
): Promise<{ revoked: number; callbackStatus: number | null }> {
  const { app, webhookTimeoutMs } = core.config;
  const revoked = await core.state.transact(() => {
    core.state.subscriptions.delete(`${app.id}:${account.id}`);
    return revokeTokens(core, account, 458);
  });
  if (app.deauthorizeUrl === null) return { revoked, callbackStatus: null };
  const answer = await callWithSignedRequest(core, app.deauthorizeUrl, account.appScopedId, webhookTimeoutMs);
  return { revoked, callbackStatus: answer.status };
}

/**
 * A person asks for their data to be deleted: the app's callback gets a `signed_request` and answers where they can see how far it is.
 *
 * @param userId App-scoped id of an account, or the id by which the account knows a person.
 * @returns What the app answered; nulls when it has no such callback or gave no usable answer.
 */
export async function requestDeletion(
  core: SandboxCore,
  userId: string,
): Promise<{ callbackStatus: number | null; url: string | null; confirmationCode: string | null }> {
  const { app, webhookTimeoutMs } = core.config;
  if (app.deletionUrl === null) return { callbackStatus: null, url: null, confirmationCode: null };
  const answer = await callWithSignedRequest(core, app.deletionUrl, userId, webhookTimeoutMs);
  const parsed = findJson(answer.text);
  const said = isObject(parsed) ? parsed : {};
  return {
    callbackStatus: answer.status,
    url: findText(said, 'url') ?? null,
    confirmationCode: findText(said, 'confirmation_code') ?? null,
  };
}

function callWithSignedRequest(core: SandboxCore, url: string, userId: string, timeoutMs: number) {
  return callApp(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(new URLSearchParams({ signed_request: signRequest(core, userId) }).toString()),
    timeoutMs,
  });
}

/** `{base64url(signature)}.{base64url(JSON)}`, HMAC-SHA256 over the encoded JSON. */
function signRequest(core: SandboxCore, userId: string): string {
  const issuedAt = Math.floor(core.nowMs() / 1000);
  const payload = Buffer.from(
    JSON.stringify({
      user_id: userId,
      algorithm: 'HMAC-SHA256',
      issued_at: issuedAt,
      expires: issuedAt + 3600,
    }),
  ).toString('base64url');
  return `${createHmac('sha256', core.config.app.secret).update(payload).digest('base64url')}.${payload}`;
}
