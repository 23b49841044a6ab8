import { createHmac } from 'node:crypto';
import { E2E_APP_SECRET, type Product } from './start-product.ts';

/** Sends what Instagram would, signed with the secret of the tests. */
export function postWebhook(product: Pick<Product, 'url'>, body: object): Promise<Response> {
  const raw = JSON.stringify(body);
  const signature = createHmac('sha256', E2E_APP_SECRET).update(raw).digest('hex');
  return fetch(`${product.url}/api/webhooks/instagram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body: raw,
  });
}
