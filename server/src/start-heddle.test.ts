import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SANDBOX_APP } from '@heddle/nodes/sandbox';
import { startTestServer, type TestServer } from './testing/index.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.stop());

const publishTemplate = async (templateId: string) => {
  const { id } = (await server.call('POST', '/api/flows', { templateId })).body;
  const published = await server.call('POST', `/api/flows/${id}/publish`, {});
  expect(published.body).toMatchObject({ state: 'live' });
  return id as string; // ids are texts
};

it('turns a comment in the sandbox into a public reply and a private one, over HTTP only', async () => {
  const flowId = await publishTemplate('price-on-comment');
  const sandbox = '/sandbox/instagram/_sandbox';
  const { accounts, personas } = (await server.call('GET', `${sandbox}/`)).body;
  const { posts } = (await server.call('GET', `${sandbox}/accounts/${accounts[0].id}/posts`)).body;
  await server.call('POST', `${sandbox}/act`, {
    accountId: accounts[0].id,
    personaId: personas[0].id,
    act: { kind: 'comment', mediaId: posts[0].id, text: 'PRICE?' },
  });

  const run = await server.until(async () => {
    const [found] = (await server.call('GET', `/api/runs?flowId=${flowId}`)).body.items;
    const view = found === undefined ? undefined : (await server.call('GET', `/api/runs/${found.id}`)).body;
    return view?.outbox.filter((row: { state: string }) => row.state === 'sent').length >= 2 ? view : undefined;
  });
  expect(run.outbox.map((row: { kind: string }) => row.kind)).toEqual(
    expect.arrayContaining(['commentReply', 'privateReply']),
  );
  const thread = (await server.call('GET', `${sandbox}/accounts/${accounts[0].id}/threads/${personas[0].id}`)).body;
  expect(JSON.stringify(thread)).toContain(
    run.outbox.find((row: { kind: string }) => row.kind === 'privateReply').platformId,
  );
});

it('does the same for a signed webhook, and once for its duplicate', async () => {
  const flowId = await publishTemplate('price-on-comment');
  const [account] = (await server.call('GET', '/api/connections')).body.items;
  const body = JSON.stringify({
    object: 'instagram',
    entry: [
      {
        id: account.externalId,
        time: 1_790_000_000,
        changes: [
          {
            field: 'comments',
            value: {
              id: '17900000000000042',
              text: 'price',
              from: { id: '900000000000001', username: 'someone' },
              media: { id: '1', media_product_type: 'FEED' },
            },
          },
        ],
      },
    ],
  });
  const signature = `sha256=${createHmac('sha256', SANDBOX_APP.secret).update(body).digest('hex')}`;
  const post = () =>
    server.call('POST', '/api/webhooks/instagram', body, {
      'x-hub-signature-256': signature,
      'content-type': 'application/json',
      authorization: '',
    });
  expect([await post(), await post()].map((answer) => answer.status)).toEqual([200, 200]);
  const event = await server.until(async () => {
    const events = (await server.call('GET', '/api/events?kind=instagram/comment')).body.items.filter(
      (item: { data: { commentId: string } }) => item.data.commentId === '17900000000000042',
    );
    expect(events.length).toBeLessThanOrEqual(1);
    return events[0]?.state === 'completed' ? events[0] : undefined;
  });
  expect(event.runIds).toHaveLength(1);
  expect(flowId).toBeTruthy();
});
