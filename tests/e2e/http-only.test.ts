import { api } from '@heddle/schemas/api';
import { templates } from '@heddle/examples';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient } from './api-client.ts';
import { createCustomer } from './customer.ts';
import { eventually } from './eventually.ts';
import { postWebhook } from './post-webhook.ts';
import { startProduct, type Product } from './start-product.ts';

describe('the product through HTTP only', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  }, 240_000);
  afterAll(async () => product?.stop());

  it('imports a template, publishes it, takes a signed webhook, and shows the run and what was sent', async () => {
    const call = createApiClient(product.url, product.apiKey);
    const template = templates.find((each) => each.id === 'price-on-comment');
    if (template === undefined) throw new Error('the template is shipped');
    const flow = await call(api.flows.import, { body: JSON.parse(JSON.stringify(template.document)) });
    const live = await call(api.flows.publish, { params: { id: flow.id }, body: {} });
    expect(live.state).toBe('live');

    const { items: connections } = await call(api.connections.list);
    const account = connections.find((each) => each.isSandbox);
    const media = await call(api.connections.media, { params: { id: account?.id ?? '' } });
    const customer = createCustomer(product, account?.externalId ?? '');
    const person = await customer.persona();
    const mediaId = media.items[0]?.id ?? '';
    const { commentId } = await customer.act(person, { kind: 'comment', mediaId, text: 'PRICE?' });

    const view = await eventually('a run of the flow that has sent all it has to', async () => {
      const { items } = await call(api.runs.list, { query: { flowId: flow.id } });
      const run = items.find((each) => each.status === 'waiting' || each.status === 'succeeded');
      const found = run === undefined ? undefined : await call(api.runs.get, { params: { id: run.id } });
      // It also waits when a call was put off or its answer was lost, as on a machine that stands still.
      return found?.outbox.some((each) => each.state === 'planned' || each.state === 'sending') ? undefined : found;
    });
    expect(view.outbox.map((each) => [each.kind, each.state])).toEqual([
      ['commentReply', 'sent'],
      ['privateReply', 'sent'],
    ]);
    expect(view.nodes.every((node) => node.status === 'succeeded' || node.status === 'suspended')).toBe(true);

    // The same comment once more, as the platform repeats deliveries: nothing is sent again.
    const again = await postWebhook(product, {
      object: 'instagram',
      entry: [
        {
          id: account?.externalId ?? '',
          time: Math.floor(Date.now() / 1000),
          changes: [
            {
              field: 'comments',
              value: {
                id: commentId,
                text: 'PRICE?',
                from: { id: person.igsid, username: person.username },
                media: { id: mediaId },
              },
            },
          ],
        },
      ],
    });
    expect(again.status).toBe(200);
    const events = await call(api.runs.events, { query: { kind: 'instagram/comment' } });
    expect(events.items).toHaveLength(1);
    const { items: outbox } = await call(api.runs.outbox, { query: { runId: view.id } });
    expect(outbox).toHaveLength(2);
  }, 120_000);
});
