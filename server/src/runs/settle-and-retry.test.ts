import { SEED_ACCOUNT_ID } from '@heddle/nodes/sandbox';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../testing/index.ts';

const SANDBOX = '/sandbox/instagram/_sandbox';

let server: TestServer;
let flowId: string;
beforeAll(async () => {
  server = await startTestServer();
  const imported = await server.call('POST', '/api/flows/import', {
    formatVersion: 1,
    name: 'Answer',
    connections: { shop: { platform: 'instagram', label: 'Shop' } },
    nodes: {
      start: {
        type: 'instagram/message-received',
        v: 1,
        config: { connection: '@shop', match: 'any', keywords: [], payloads: [], stories: 'include' },
      },
      say: {
        type: 'instagram/send-message',
        v: 1,
        config: { connection: '@shop', parts: [{ kind: 'text', text: 'It costs 10' }] },
      },
      end: { type: 'core/stop', v: 1, config: {} },
    },
    edges: [
      { from: 'start.matched', to: 'say' },
      { from: 'say.sent', to: 'end' },
    ],
  });
  flowId = imported.body.id;
  const published = await server.call('POST', `/api/flows/${flowId}/publish`, {});
  if (published.status !== 200) throw new Error(JSON.stringify(published.body));
});
afterAll(() => server.stop());

let run: { id: string };
let messageId: string;
let personaId: string;
const people = ['lena', 'juma', 'amina'];
/** A run that failed because nobody knows whether its message arrived. */
beforeEach(async () => {
  personaId = people.shift() ?? 'nobody';
  await server.call('PUT', `${SANDBOX}/faults`, {
    rules: [{ target: 'send', outcome: { kind: 'graph-error', code: 100 }, remaining: 1 }],
  });
  await server.call('POST', `${SANDBOX}/act`, {
    accountId: SEED_ACCOUNT_ID,
    personaId,
    act: { kind: 'text', text: 'price?' },
  });
  run = await server.until(async () => {
    const { items } = (await server.call('GET', `/api/runs?flowId=${flowId}&status=failed`)).body;
    return items[0];
  });
  messageId = (await server.call('GET', `/api/outbox?runId=${run.id}`)).body.items[0].id;
  // What a crash in the middle of the call leads to, when the platform cannot be asked either.
  const workspaceId = await server.workspaceId();
  await server.database.withWorkspace(workspaceId, (tx) =>
    sql`update heddle.outbox set state = 'unknown', settled_at = null where id = ${messageId}`.execute(tx),
  );
});

const settle = (outcome: string) => server.call('POST', `/api/outbox/${messageId}/settle`, { outcome });
const retry = () => server.call('POST', `/api/runs/${run.id}/retry`);
const end = () =>
  server.until(async () => {
    const found = (await server.call('GET', `/api/runs/${run.id}`)).body;
    return found.status === 'succeeded' ? found : undefined;
  });
const arrived = async () => {
  const thread = await server.call('GET', `${SANDBOX}/accounts/${SEED_ACCOUNT_ID}/threads/${personaId}`);
  return JSON.stringify(thread.body).split('It costs 10').length - 1;
};

it('a message that did not arrive is sent again when the run goes on, and once', async () => {
  expect(await retry()).toMatchObject({ status: 409, body: { code: 'RUN_NOT_RETRYABLE' } });
  expect((await settle('failed')).status).toBe(200);
  expect(await arrived()).toBe(0);
  expect((await retry()).status).toBe(202);
  expect(await end()).toMatchObject({ outbox: [{ id: messageId, state: 'sent' }] });
  expect(await arrived()).toBe(1);
  const ofKind = async (kind: string) =>
    (await server.call('GET', `/api/outbox?runId=${run.id}&kind=${kind}`)).body.items;
  expect([(await ofKind('message')).length, (await ofKind('http')).length]).toEqual([1, 0]);
});

it('a message that arrived is not sent again when the run goes on', async () => {
  expect((await settle('sent')).body).toMatchObject({ state: 'sent' });
  expect((await retry()).status).toBe(202);
  expect(await end()).toMatchObject({ outbox: [{ id: messageId, state: 'sent' }] });
  expect(await arrived()).toBe(0);
});
