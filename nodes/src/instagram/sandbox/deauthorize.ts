import { createHmac } from 'node:crypto';
import type { SandboxCore } from './core.ts';
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
  const body = Buffer.from(new URLSearchParams({ signed_request: signRequest(core, account) }).toString());
  const answer = await callApp(app.deauthorizeUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    timeoutMs: webhookTimeoutMs,
  });
  return { revoked, callbackStatus: answer.status };
}

/** `{base64url(signature)}.{base64url(JSON)}`, HMAC-SHA256 over the encoded JSON. */
function signRequest(core: SandboxCore, account: AccountRow): string {
  const issuedAt = Math.floor(core.nowMs() / 1000);
  const payload = Buffer.from(
    JSON.stringify({
      user_id: account.appScopedId,
      algorithm: 'HMAC-SHA256',
      issued_at: issuedAt,
      expires: issuedAt + 3600,
    }),
  ).toString('base64url');
  return `${createHmac('sha256', core.config.app.secret).update(payload).digest('base64url')}.${payload}`;
}
