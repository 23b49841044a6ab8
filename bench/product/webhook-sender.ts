import { Agent, request } from 'node:http';
import type { SignedWebhook } from './instagram.ts';

export interface WebhookSender {
  /** @returns The status of the answer, or 0 when none came. */
  send(webhook: SignedWebhook): Promise<number>;
  close(): void;
}

/** Posts webhooks over connections that stay open, as a platform does. */
export function createWebhookSender(baseUrl: string, maxSockets: number): WebhookSender {
  const agent = new Agent({ keepAlive: true, maxSockets, scheduling: 'fifo' });
  const { hostname, port } = new URL(baseUrl);
  return {
    send: ({ body, signature }) =>
      new Promise((resolve) => {
        const call = request(
          {
            agent,
            hostname,
            port,
            method: 'POST',
            path: '/api/webhooks/instagram',
            headers: {
              'content-type': 'application/json',
              'content-length': body.length,
              'x-hub-signature-256': signature,
            },
          },
          (answer) => {
            answer.resume();
            answer.on('end', () => resolve(answer.statusCode ?? 0));
            answer.on('error', () => resolve(0));
          },
        );
        call.setTimeout(20_000, () => call.destroy());
        call.on('error', () => resolve(0));
        call.end(body);
      }),
    close: () => agent.destroy(),
  };
}
