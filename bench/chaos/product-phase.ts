import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventView, OutboxView, RunSummary } from '@heddle/schemas/api';
import {
  SEED_ACCOUNT_ID,
  seedPostId,
  type BulkResult,
  type LedgerEntry,
} from '../../nodes/src/instagram/sandbox/index.ts';
import { PRICE_FLOW } from '../product/price-flow.ts';
import { commentWebhook, connectAccount, instagramSettings, type SignedWebhook } from '../product/instagram.ts';
import { createProduct, type Product } from '../product/start-product.ts';
import { startSandbox, type SandboxProcess } from '../product/start-sandbox.ts';
import { createWebhookSender } from '../product/webhook-sender.ts';
import { pause } from './deliver.ts';
import { readLedger } from './ledger.ts';
import { countBy } from './outcome.ts';
import type { Phase } from './phase.ts';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atMost, exactly } from '../support/goal.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';
import type { Random } from '../product/random.ts';

/** The whole product in one process dies while comments arrive, a fifth of them twice. */
export const productPhase: Phase = { name: 'product', title: 'kill -9 of the whole product', run: runProduct };

const GUARDIAN = fileURLToPath(
  new URL('../../server/src/postgres/testing/temporary-postgres-guardian.ts', import.meta.url),
);
const ACCOUNTS = 6;
const DUPLICATE_SHARE = 0.2;
/** Turns that one process takes at once: as many calls can be under way when it dies. */
const CALLS_UNDER_WAY = 128;
const DRAIN_LIMIT_MS = 240_000;

async function runProduct(context: BenchmarkContext, random: Random): Promise<BenchmarkResult> {
  const comments = context.numberOption('comments', 2_000);
  const kills = context.numberOption('product-kills', 20);
  const dataDir = join(BENCH_DIR, `chaos-product-${process.pid}`);
  mkdirSync(dataDir, { recursive: true });
  context.afterwards(keepClean(dataDir));
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const product = await createProduct({
    env: { HEDDLE_DATA_DIR: dataDir, ...instagramSettings(sandbox.url) },
    logFile: join(BENCH_DIR, 'chaos-product.log'),
  });
  // A clean stop takes the embedded Postgres along, also after the last kill.
  context.afterwards(async () => {
    await product.start().catch(() => undefined);
    await product.stop();
  });
  await product.start();

  context.note(`Preparing ${ACCOUNTS} accounts and ${comments} comments`);
  const webhooks = await prepare(product, sandbox, comments);
  const deliveries = withDuplicates(webhooks, random);

  context.note(`Delivering ${deliveries.length} webhooks while killing the process ${kills} times`);
  const startedMs = performance.now();
  const chaos = { isOver: false };
  const delivering = deliver(product.url, deliveries);
  const died = killAtRandom(context, product, kills, random, chaos);
  const attempts = await delivering;
  await died;
  chaos.isOver = true;
  context.note('Waiting until everything is done');
  const world = await drain(product, sandbox);
  const tookSeconds = (performance.now() - startedMs) / 1_000;
  return judge(context, { world, comments, deliveries: deliveries.length, attempts, kills, tookSeconds });
}

/** The embedded Postgres outlives the product that is killed: it ends, and its directory goes, with this process at the latest. */
function keepClean(dataDir: string): () => Promise<void> {
  const guardian = spawn(process.execPath, [GUARDIAN, dataDir], {
    detached: true, // Ctrl-C must not end it before it has cleaned up
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const gone = once(guardian, 'exit');
  return async () => {
    guardian.stdin.end();
    await gone;
  };
}

/** Connects the accounts, publishes a flow for each, and lets people comment. */
async function prepare(product: Product, sandbox: SandboxProcess, comments: number): Promise<SignedWebhook[]> {
  const webhooks: SignedWebhook[] = [];
  for (let index = 0; index < ACCOUNTS; index += 1) {
    const account =
      index === 0
        ? { id: SEED_ACCOUNT_ID }
        : await sandbox.control<{ id: string }>('POST', '/accounts', {
            username: `shop_${index}`,
            name: `Shop ${index}`,
          });
    const post =
      index === 0
        ? { id: seedPostId(1) }
        : await sandbox.control<{ id: string }>('POST', `/accounts/${account.id}/posts`, { caption: 'New in' });
    const connectionId = await connectAccount(product, sandbox, account.id);
    const flow = await product.api<{ id: string }>('POST', '/api/flows/import', PRICE_FLOW);
    await product.api('PUT', `/api/flows/${flow.id}/bindings`, { connections: { shop: connectionId }, inputs: {} });
    await product.api('POST', `/api/flows/${flow.id}/publish`, {});
    const count = Math.floor(comments / ACCOUNTS) + (index < comments % ACCOUNTS ? 1 : 0);
    const prefix = `buyer${index}`;
    const bulk = await sandbox.control<BulkResult>('POST', '/bulk-comments', {
      accountId: account.id,
      mediaId: post.id,
      count,
      texts: ['price?', 'Price please {n}', 'what is the price'],
      authorPrefix: prefix,
    });
    for (const [number, item] of bulk.items.entries()) {
      const text = ['price?', `Price please ${number + 1}`, 'what is the price'][number % 3] ?? 'price?';
      webhooks.push(
        commentWebhook(
          account.id,
          { id: item.id, mediaId: post.id, from: { id: item.igsid, username: `${prefix}_${number + 1}` }, text },
          Date.now(),
        ),
      );
    }
  }
  return webhooks;
}

/** Shuffled, with a fifth of them a second time somewhere later. */
function withDuplicates(webhooks: readonly SignedWebhook[], random: Random): SignedWebhook[] {
  const list = random.shuffle([...webhooks]);
  const again = list.slice(0, Math.floor(list.length * DUPLICATE_SHARE));
  for (const webhook of again) list.splice(random.between(list.indexOf(webhook) + 1, list.length), 0, webhook);
  return list;
}

/** Delivers each until it is acknowledged, at a pace that leaves some for every life of the process. @returns Attempts made. */
async function deliver(url: string, deliveries: readonly SignedWebhook[]): Promise<number> {
  const sender = createWebhookSender(url, 16);
  const queue = [...deliveries];
  let attempts = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let webhook = queue.shift(); webhook !== undefined; webhook = queue.shift()) {
        attempts += 1;
        let status = await sender.send(webhook);
        while (status !== 200) {
          await pause(150);
          attempts += 1;
          status = await sender.send(webhook);
        }
        await pause(60);
      }
    }),
  );
  sender.close();
  return attempts;
}

async function killAtRandom(
  context: BenchmarkContext,
  product: Product,
  kills: number,
  random: Random,
  chaos: { isOver: boolean },
): Promise<void> {
  for (let kill = 1; kill <= kills && !chaos.isOver; kill += 1) {
    await pause(random.between(100, 1_800));
    await product.kill();
    await product.start();
    if (kill % 5 === 0) context.note(`  killed ${kill} times`);
  }
}

interface World {
  readonly events: readonly EventView[];
  readonly runs: readonly RunSummary[];
  readonly outbox: readonly OutboxView[];
  readonly ledger: readonly LedgerEntry[];
}

/** Waits until nothing is pending, then reads everything. */
async function drain(product: Product, sandbox: SandboxProcess): Promise<World> {
  const limitMs = performance.now() + DRAIN_LIMIT_MS;
  for (;;) {
    const pending = await product.api<{ items: unknown[] }>('GET', '/api/events?state=pending&limit=1');
    const running = await product.api<{ items: unknown[] }>('GET', '/api/runs?status=running&limit=1');
    const waiting = await product.api<{ items: unknown[] }>('GET', '/api/runs?status=waiting&limit=1');
    if (pending.items.length + running.items.length + waiting.items.length === 0 || performance.now() > limitMs) break;
    await pause(1_000);
  }
  return {
    events: await readAll<EventView>(product, '/api/events?kind=instagram/comment'),
    runs: await readAll<RunSummary>(product, '/api/runs?'),
    outbox: await readAll<OutboxView>(product, '/api/outbox?'),
    ledger: await readLedger(sandbox),
  };
}

async function readAll<Item>(product: Product, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: Item[]; nextCursor: string | null } = await product.api(
      'GET',
      `${path}&limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

interface Facts {
  readonly world: World;
  readonly comments: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly kills: number;
  readonly tookSeconds: number;
}

function judge(
  context: BenchmarkContext,
  { world, comments, deliveries, attempts, kills, tookSeconds }: Facts,
): BenchmarkResult {
  const { events, runs, outbox, ledger } = world;
  const sends = ledger.filter((entry) => entry.kind === 'private-reply' || entry.kind === 'message');
  const replies = ledger.filter((entry) => entry.kind === 'comment-reply');
  const arrived = new Set([...sends, ...replies].map((entry) => entry.id));
  const unknown = outbox.filter((row) => row.state === 'unknown');
  const isUnknown = ({ status, error }: RunSummary) => status === 'failed' && error?.code === 'SEND_OUTCOME_UNKNOWN';
  const byState = countBy(outbox.map((row) => row.state));
  context.table(
    'Runs',
    [...countBy(runs.map((row) => (isUnknown(row) ? 'ended with an unknown outcome' : row.status)))].map(
      ([state, count]) => ({ state, count }),
    ),
  );
  context.table(
    'Outbox',
    [...byState].map(([state, count]) => ({ state, count })),
  );
  return {
    figures: {
      comments,
      deliveries,
      attempts,
      productKills: kills,
      productSeconds: Math.round(tookSeconds),
      privateReplies: sends.length,
      publicReplies: replies.length,
      productUnknown: unknown.length,
    },
    goals: [
      exactly('product: comments stored', events.length, comments),
      exactly(
        'product: comments without exactly one run',
        events.filter((event) => event.state !== 'completed' || event.runIds.length !== 1).length,
        0,
      ),
      exactly('product: runs', runs.length, comments),
      exactly(
        'product: runs that did not complete (unknown outcomes apart)',
        runs.filter((row) => row.status !== 'succeeded' && !isUnknown(row)).length,
        0,
      ),
      exactly(
        'product: people who got two private messages',
        countDoubles(sends.map((entry) => entry.recipientId ?? entry.id)),
        0,
      ),
      exactly(
        'product: comments with two public replies',
        countDoubles(replies.map((entry) => entry.commentId ?? entry.id)),
        0,
      ),
      exactly(
        'product: messages noted as sent that never arrived',
        outbox.filter((row) => row.state === 'sent' && !arrived.has(row.platformId ?? '')).length,
        0,
      ),
      exactly(
        'product: messages that arrived and are noted neither as sent nor unknown',
        sends.length + replies.length - outbox.filter((row) => row.state === 'sent').length > unknown.length ? 1 : 0,
        0,
      ),
      exactly(
        'product: runs with an unknown outcome, compared with messages',
        runs.filter(isUnknown).length - unknown.length,
        0,
      ),
      atMost(
        'product: unknown outcomes (calls that were under way at a kill)',
        unknown.length,
        kills * CALLS_UNDER_WAY,
      ),
    ],
  };
}

function countDoubles(values: readonly string[]): number {
  return [...countBy(values).values()].filter((count) => count > 1).length;
}
