import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { SEED_ACCOUNT_ID, seedPostId } from '../nodes/src/instagram/sandbox/index.ts';
import { newId } from '../server/src/database/index.ts';
import { commentWebhook, connectAccount, instagramSettings, type SignedWebhook } from './product/instagram.ts';
import { createProduct, type Product } from './product/start-product.ts';
import { startSandbox } from './product/start-sandbox.ts';
import { createWebhookSender } from './product/webhook-sender.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atLeast, atMost, exactly } from './support/goal.ts';
import { LatencyHistogram } from './support/latency-histogram.ts';
import { BENCH_DIR, startPrivatePostgres } from './support/private-postgres.ts';

export const name = 'ingest';
export const method =
  'Signed webhooks of one comment each go to the real endpoint of the product (role server, its own process, Postgres with production ' +
  'durability) over keep-alive connections: first as fast as answers come, then at half that rate with fixed send times, so that a slow ' +
  'answer does not slow the load. The floor, in the same run: bare pg clients, as many as connections, insert the same rows, one ' +
  'transaction per webhook. "Batched floor": one client, 100 webhooks per transaction. Load generator, product and Postgres share the machine.';

const SECONDS = 6;

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const connections = context.numberOption('connections', 64);
  mkdirSync(BENCH_DIR, { recursive: true });
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  const ownerUrl = await createDatabase(postgres.url, 'ingest');
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const product = await createProduct({
    env: {
      DATABASE_URL: ownerUrl,
      HEDDLE_DATA_DIR: join(BENCH_DIR, `ingest-${process.pid}`),
      ...instagramSettings(sandbox.url),
    },
    args: ['--role=server'],
    logFile: join(BENCH_DIR, 'ingest.log'),
  });
  context.afterwards(() => product.stop());
  await product.start();
  await connectAccount(product, sandbox, SEED_ACCOUNT_ID);

  context.note('Warming up');
  await fullLoad(product, connections, 2);
  context.note(`Full load, ${connections} connections, ${SECONDS} s`);
  const full = await fullLoad(product, connections, SECONDS);
  context.note(`Half load, ${SECONDS} s`);
  const half = await fixedLoad(product, connections, full.perSecond / 2, SECONDS);
  await product.stop();

  context.note('Floor: the same rows by bare clients');
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const { rows: stored } = await owner.query<{ n: number }>('select count(*)::int as n from heddle.inbound_event');
  const workspaceId =
    (await owner.query<{ id: string }>('select id from heddle.workspace limit 1')).rows[0]?.id ?? newId();
  await owner.end();
  const clients = Math.min(connections, 64);
  const floor = await bareInserts(ownerUrl, workspaceId, clients, SECONDS, 1);
  const batchedFloor = await bareInserts(ownerUrl, workspaceId, 1, SECONDS, 100);

  const sent = full.accepted + half.accepted + full.warmUp;
  return {
    figures: {
      acceptedPerSecond: Math.round(full.perSecond),
      answerP50Ms: full.latency.p50Ms,
      answerP95Ms: full.latency.p95Ms,
      answerP99Ms: full.latency.p99Ms,
      halfLoadPerSecond: Math.round(half.perSecond),
      halfLoadP50Ms: half.latency.p50Ms,
      halfLoadP95Ms: half.latency.p95Ms,
      halfLoadP99Ms: half.latency.p99Ms,
      floorPerSecond: Math.round(floor),
      floorClients: clients,
      batchedFloorPerSecond: Math.round(batchedFloor),
      shareOfFloor: full.perSecond / floor,
    },
    goals: [
      atLeast('accepted webhooks per second, share of the floor', full.perSecond / floor, 0.5),
      atMost('p95 of the answer at half load, ms', half.latency.p95Ms, 20),
      exactly('answers other than 200', full.refused + half.refused, 0),
      exactly('accepted and not stored', sent - (stored[0]?.n ?? 0), 0),
    ],
  };
}

interface LoadResult {
  readonly accepted: number;
  readonly refused: number;
  readonly warmUp: number;
  readonly perSecond: number;
  readonly latency: ReturnType<LatencyHistogram['summary']>;
}

let warmedUp = 0;
let counter = 0;

/** A comment that nobody made before. */
function nextWebhook(): SignedWebhook {
  counter += 1;
  const from = { id: `8800000${counter % 5_000}`, username: `person_${counter % 5_000}` };
  return commentWebhook(
    SEED_ACCOUNT_ID,
    { id: `179${String(counter).padStart(14, '0')}`, mediaId: seedPostId(1), from, text: 'How much is it? 😍' },
    Date.now(),
  );
}

/** Each connection sends its next webhook when the answer to the last one is there. */
async function fullLoad(product: Product, connections: number, seconds: number): Promise<LoadResult> {
  const sender = createWebhookSender(product.url, connections);
  const latency = new LatencyHistogram();
  // Signed beforehand: the platform's work is not ours.
  const ready = Array.from({ length: seconds * 8_000 }, nextWebhook);
  let accepted = 0;
  let refused = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < untilMs) {
        const status = await latency.time(() => sender.send(ready.pop() ?? nextWebhook()));
        if (status === 200) accepted += 1;
        else refused += 1;
      }
    }),
  );
  const tookMs = performance.now() - startedMs;
  sender.close();
  const warmUp = warmedUp;
  warmedUp += accepted;
  return { accepted, refused, warmUp, perSecond: (accepted * 1_000) / tookMs, latency: latency.summary() };
}

/** Webhooks at fixed moments, whatever the answers do. */
async function fixedLoad(
  product: Product,
  connections: number,
  perSecond: number,
  seconds: number,
): Promise<LoadResult> {
  const sender = createWebhookSender(product.url, connections);
  const latency = new LatencyHistogram();
  const total = Math.floor(perSecond * seconds);
  const ready = Array.from({ length: total }, nextWebhook);
  let accepted = 0;
  let refused = 0;
  const startedMs = performance.now();
  const underWay: Promise<void>[] = [];
  const sendOne = async (webhook: SignedWebhook): Promise<void> => {
    const status = await latency.time(() => sender.send(webhook));
    if (status === 200) accepted += 1;
    else refused += 1;
  };
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startedMs) * perSecond) / 1_000));
    for (; index < due; index += 1) {
      const webhook = ready[index];
      if (webhook === undefined) break;
      underWay.push(sendOne(webhook));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(underWay);
  const tookMs = performance.now() - startedMs;
  sender.close();
  return { accepted, refused, warmUp: 0, perSecond: (accepted * 1_000) / tookMs, latency: latency.summary() };
}

const INSERT_KEY =
  'insert into heddle.event_key (workspace_id, source_id, key, event_id) select $1, $2, k, i from unnest($3::text[], $4::uuid[]) as t(k, i)';
const INSERT_EVENT = `insert into heddle.inbound_event (workspace_id, id, connection_id, platform, kind, key, subject, contact, data, occurred_at, received_at)
  select $1, i, $2, 'instagram', 'instagram/comment', k, s, c, d, now(), now() from unnest($3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[]) as t(i, k, s, c, d)`;
const INSERT_SUBJECT = `insert into heddle.subject as s (workspace_id, key, ready_at) select $1, k, now() from (select distinct k from unnest($2::text[]) as t(k)) u order by k
  on conflict (workspace_id, key) do update set posted = s.posted + 1, lane = 0, ready_at = least(s.ready_at, excluded.ready_at)`;

/** @returns Webhooks per second that `clients` bare clients insert, `perTransaction` at a time. */
async function bareInserts(
  ownerUrl: string,
  workspaceId: string,
  clients: number,
  seconds: number,
  perTransaction: number,
): Promise<number> {
  const open = await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new pg.Client({ connectionString: ownerUrl });
      await client.connect();
      return client;
    }),
  );
  const connectionId = newId();
  let inserted = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + seconds * 1_000;
  await Promise.all(
    open.map(async (client) => {
      while (performance.now() < untilMs) {
        const events = Array.from({ length: perTransaction }, () => {
          counter += 1;
          const id = newId();
          const key = `comment:179${String(counter).padStart(14, '0')}`;
          return {
            id,
            key,
            subject: `contact:${connectionId}:8800000${counter % 5_000}`,
            contact: JSON.stringify({ platformId: `8800000${counter % 5_000}`, username: `person_${counter % 5_000}` }),
            data: JSON.stringify({
              commentId: key,
              text: 'How much is it? 😍',
              mediaId: seedPostId(1),
              mediaKind: 'FEED',
            }),
          };
        });
        const ids = events.map((event) => event.id);
        const keys = events.map((event) => event.key);
        const subjects = events.map((event) => event.subject);
        await client.query('begin');
        await client.query({ name: 'key', text: INSERT_KEY, values: [workspaceId, connectionId, keys, ids] });
        await client.query({
          name: 'event',
          text: INSERT_EVENT,
          values: [
            workspaceId,
            connectionId,
            ids,
            keys,
            subjects,
            events.map((event) => event.contact),
            events.map((event) => event.data),
          ],
        });
        await client.query({ name: 'subject', text: INSERT_SUBJECT, values: [workspaceId, subjects] });
        await client.query('commit');
        inserted += perTransaction;
      }
    }),
  );
  const tookMs = performance.now() - startedMs;
  await Promise.all(open.map((client) => client.end()));
  return (inserted * 1_000) / tookMs;
}

async function createDatabase(maintenanceUrl: string, database: string): Promise<string> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  await client.query(`create database ${pg.escapeIdentifier(database)}`);
  await client.end();
  const url = new URL(maintenanceUrl);
  url.pathname = `/${database}`;
  return url.href;
}
