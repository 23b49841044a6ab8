import { createHmac } from 'node:crypto';
import { SANDBOX_APP, SCOPES } from '../../nodes/src/instagram/sandbox/index.ts';
import type { Product } from './start-product.ts';
import type { SandboxProcess } from './start-sandbox.ts';

/** Settings of a product whose Instagram is this sandbox. */
export function instagramSettings(sandboxUrl: string): Record<string, string> {
  return {
    HEDDLE_SANDBOX: 'off',
    INSTAGRAM_APP_ID: SANDBOX_APP.id,
    INSTAGRAM_APP_SECRET: SANDBOX_APP.secret,
    INSTAGRAM_VERIFY_TOKEN: SANDBOX_APP.verifyToken,
    INSTAGRAM_GRAPH_URL: sandboxUrl,
    INSTAGRAM_OAUTH_URL: sandboxUrl,
  };
}

/** Connects an account the way a person does: consent page, code, callback. @returns The id of the connection. */
export async function connectAccount(product: Product, sandbox: SandboxProcess, accountId: string): Promise<string> {
  const { url } = await product.api<{ url: string }>('GET', '/api/instagram/auth/url');
  const form = new URLSearchParams(new URL(url).searchParams);
  form.set('account', accountId);
  form.set('decision', 'allow');
  for (const scope of SCOPES) form.append('granted', scope);
  const consent = await fetch(`${sandbox.url}/oauth/authorize`, { method: 'POST', body: form, redirect: 'manual' });
  const location = consent.headers.get('location');
  if (location === null) throw new Error(`The consent page answered ${consent.status}: ${await consent.text()}`);
  const back = new URL(location);
  await product.api('GET', `${back.pathname}${back.search}`);
  const { items } = await product.api<{ items: { id: string; externalId: string }[] }>('GET', '/api/connections');
  const connection = items.find((item) => item.externalId === accountId);
  if (connection === undefined) throw new Error(`Account ${accountId} was not connected`);
  return connection.id;
}

export interface CommentItem {
  readonly id: string;
  readonly mediaId: string;
  readonly from: { readonly id: string; readonly username: string };
  readonly text: string;
}

/** A webhook delivery: exact bytes and their signature. */
export interface SignedWebhook {
  readonly body: Buffer;
  readonly signature: string;
}

/** A signed webhook with one comment, in the form of platforms.md C. */
export function commentWebhook(accountId: string, comment: CommentItem, atMs: number): SignedWebhook {
  const value = {
    id: comment.id,
    from: comment.from,
    media: { id: comment.mediaId, media_product_type: 'FEED' },
    text: comment.text,
  };
  return sign({
    object: 'instagram',
    entry: [{ id: accountId, time: Math.floor(atMs / 1000), changes: [{ field: 'comments', value }] }],
  });
}

/** A signed webhook with one direct message, in the form of platforms.md C. */
export function messageWebhook(
  accountId: string,
  message: { readonly id: string; readonly from: string; readonly text: string },
  atMs: number,
): SignedWebhook {
  const item = {
    sender: { id: message.from },
    recipient: { id: accountId },
    timestamp: atMs,
    message: { mid: message.id, text: message.text },
  };
  return sign({ object: 'instagram', entry: [{ id: accountId, time: atMs, messaging: [item] }] });
}

function sign(payload: object): SignedWebhook {
  const body = Buffer.from(JSON.stringify(payload));
  return { body, signature: `sha256=${createHmac('sha256', SANDBOX_APP.secret).update(body).digest('hex')}` };
}
