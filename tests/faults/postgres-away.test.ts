import { api } from '@heddle/schemas/api';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBreakablePostgres, type BreakablePostgres } from '../../server/src/postgres/testing/index.ts';
import { createApiClient } from '../e2e/api-client.ts';
import { eventually } from '../e2e/eventually.ts';
import { postWebhook } from '../e2e/post-webhook.ts';
import { startProduct, type Product } from '../e2e/start-product.ts';

const FLOW = {
  formatVersion: 1 as const,
  name: 'Remember who asks',
  connections: { shop: { platform: 'instagram', label: 'Shop' } },
  nodes: {
    asked: {
      type: 'instagram/comment-received',
      v: 1,
      config: { connection: '@shop', match: 'any', keywords: [], posts: 'any', includeReplies: false },
    },
    tag: { type: 'contacts/tag', v: 1, config: { add: ['asked'], remove: [] } },
  },
  edges: [{ from: 'asked.matched', to: 'tag' }],
};

let postgres: BreakablePostgres;
let product: Product;
let accountId: string;
let flowId: string;

beforeAll(async () => {
  // Durable: what was committed must be there after a kill, as in production.
  postgres = await startBreakablePostgres({ durable: true });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('create database heddle');
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = '/heddle';
  product = await startProduct({ env: { DATABASE_URL: url.href } });
  const call = createApiClient(product.url, product.apiKey);
  flowId = (await call(api.flows.import, { body: FLOW })).id;
  await call(api.flows.publish, { params: { id: flowId }, body: {} });
  const { items } = await call(api.connections.list);
  accountId = items.find((each) => each.isSandbox)?.externalId ?? '';
}, 240_000);
afterAll(async () => {
  await product?.stop();
  await postgres?.stop();
});

const isReady = async () => (await fetch(`${product.url}/readyz`)).status === 200 || undefined;

/** Delivers a comment of somebody new, as Meta does. */
async function deliver(commentId: string): Promise<number> {
  const from = { id: `9${commentId}`, username: 'stranger' };
  const value = { id: commentId, text: 'PRICE?', from, media: { id: '1' } };
  const entry = [{ id: accountId, time: 1_790_000_000, changes: [{ field: 'comments', value }] }];
  const answer = await postWebhook(product, { object: 'instagram', entry });
  return answer.status;
}

it('answers 503 while Postgres is away, never 200 without a row, and takes the repeated delivery afterwards', async () => {
  await postgres.halt();
  expect(await Promise.all(['101', '102', '103'].map((id) => deliver(id)))).toEqual([503, 503, 503]);
  expect((await fetch(`${product.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
  await postgres.restart();
  await eventually('the product is ready again', isReady);
  for (const id of ['101', '102', '103', '101'])
    await eventually(`comment ${id} is accepted`, async () => (await deliver(id)) === 200 || undefined);
  const call = createApiClient(product.url, product.apiKey);
  const { items } = await call(api.runs.events, { query: { kind: 'instagram/comment' } });
  expect(items.map(({ data }) => String(data['commentId'])).toSorted((a, b) => a.localeCompare(b))).toEqual([
    '101',
    '102',
    '103',
  ]);
  expect(product.process.exitCode).toBeNull();
}, 240_000);

it('goes on by itself after Postgres was killed in the middle of the work: what was accepted becomes one run each', async () => {
  const call = createApiClient(product.url, product.apiKey);
  const ids = Array.from({ length: 30 }, (_, index) => String(300 + index));
  const answers = Promise.all(ids.map((id) => deliver(id).catch(() => 0)));
  await postgres.crash();
  const statuses = await answers;
  for (const status of statuses) expect([0, 200, 503]).toContain(status);
  await postgres.restart();
  await eventually('the product is ready again', isReady);
  // The platform repeats what it got no 200 for.
  for (const [index, id] of ids.entries())
    if (statuses[index] !== 200)
      await eventually(`comment ${id} is accepted`, async () => (await deliver(id)) === 200 || undefined);
  const events = await eventually(
    'every comment is taken',
    async () => {
      const { items } = await call(api.runs.events, { query: { kind: 'instagram/comment', limit: 100 } });
      const ours = items.filter(({ data }) => ids.includes(String(data['commentId'])));
      return ours.length === ids.length && ours.every(({ state }) => state === 'completed') ? ours : undefined;
    },
    90_000,
  );
  expect(events.filter(({ runIds }) => runIds.length !== 1)).toEqual([]);
  const { items: runs } = await call(api.runs.list, { query: { flowId, limit: 100 } });
  const started = new Set(events.flatMap(({ runIds }) => runIds));
  expect(runs.filter(({ id }) => started.has(id)).map(({ status }) => status)).toEqual(ids.map(() => 'succeeded'));
  expect(product.process.exitCode).toBeNull();
}, 300_000);
