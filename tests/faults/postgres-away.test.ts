import { createHmac } from 'node:crypto';
import { templates } from '@heddle/examples';
import { api } from '@heddle/schemas/api';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBreakablePostgres, type BreakablePostgres } from '../../server/src/postgres/testing/index.ts';
import { createApiClient } from '../e2e/api-client.ts';
import { createCustomer } from '../e2e/customer.ts';
import { eventually } from '../e2e/eventually.ts';
import { E2E_APP_SECRET, startProduct, type Product } from '../e2e/start-product.ts';

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
  const document = templates.find((each) => each.id === 'price-on-comment')?.document;
  flowId = (await call(api.flows.import, { body: JSON.parse(JSON.stringify(document)) })).id;
  await call(api.flows.publish, { params: { id: flowId }, body: {} });
  const { items } = await call(api.connections.list);
  accountId = items.find((each) => each.isSandbox)?.externalId ?? '';
}, 120_000);
afterAll(async () => {
  await product?.stop();
  await postgres?.stop();
});

const isReady = async () => (await fetch(`${product.url}/readyz`)).status === 200 || undefined;

/** Delivers a comment as Meta does; by default one that the practice platform does not know. */
async function deliver(commentId: string, from = { id: `9${commentId}`, username: 'stranger' }): Promise<number> {
  const value = { id: commentId, text: 'PRICE?', from, media: { id: '1' } };
  const entry = [{ id: accountId, time: 1_790_000_000, changes: [{ field: 'comments', value }] }];
  const raw = JSON.stringify({ object: 'instagram', entry });
  const signature = createHmac('sha256', E2E_APP_SECRET).update(raw).digest('hex');
  const answer = await fetch(`${product.url}/api/webhooks/instagram`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body: raw,
  });
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
}, 120_000);

it('goes on by itself after Postgres was killed in the middle of the work, and sends nothing twice', async () => {
  const call = createApiClient(product.url, product.apiKey);
  const customer = createCustomer(product, accountId);
  const person = await customer.persona();
  const { items: posts } = await call(api.connections.media, {
    params: { id: (await call(api.connections.list)).items.find((each) => each.isSandbox)?.id ?? '' },
  });
  const author = { id: person.igsid, username: person.username };
  const comments: string[] = [];
  for (const text of ['price?', 'PRICE', 'the price please']) {
    const act = { kind: 'comment', mediaId: posts[0]?.id ?? '', text } as const;
    comments.push((await customer.act(person, act)).commentId ?? '');
  }
  await postgres.crash();
  await postgres.restart();
  await eventually('the product is ready again', isReady);
  // The platform repeats what it got no 200 for; the practice platform would take its time.
  for (const id of comments)
    await eventually(`comment ${id} is accepted`, async () => (await deliver(id, author)) === 200 || undefined);
  const events = await eventually(
    'every comment is taken',
    async () => {
      const { items } = await call(api.runs.events, { query: { kind: 'instagram/comment' } });
      const ours = items.filter(({ data }) => comments.includes(String(data['commentId'])));
      return ours.length === comments.length && ours.every(({ state }) => state === 'completed') ? ours : undefined;
    },
    60_000,
  );
  for (const { runIds } of events) {
    expect(runIds).toHaveLength(1);
    const run = await eventually('the run ends or waits', async () => {
      const view = await call(api.runs.get, { params: { id: runIds[0] ?? '' } });
      return view.status === 'running' || view.outbox.some(({ state }) => state === 'sending') ? undefined : view;
    });
    const kinds = run.outbox.filter(({ state }) => state === 'sent').map(({ kind }) => kind);
    expect(kinds).toHaveLength(new Set(kinds).size);
  }
  expect(product.process.exitCode).toBeNull();
}, 120_000);
