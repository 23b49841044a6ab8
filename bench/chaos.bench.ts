import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventView, OutboxView, RunSummary } from '@heddle/schemas/api';
import {
  SEED_ACCOUNT_ID,
  seedPostId,
  type BulkResult,
  type LedgerEntry,
  type LedgerPage,
} from '../nodes/src/instagram/sandbox/index.ts';
import { PRICE_FLOW } from './product/price-flow.ts';
import { commentWebhook, connectAccount, instagramSettings, type SignedWebhook } from './product/instagram.ts';
import { createProduct, type Product } from './product/start-product.ts';
import { startSandbox, type SandboxProcess } from './product/start-sandbox.ts';
import { createWebhookSender } from './product/webhook-sender.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atMost, exactly } from './support/goal.ts';
import { BENCH_DIR } from './support/private-postgres.ts';
import { createRandom, type Random } from './product/random.ts';

export const name = 'chaos';
export const method =
  'The whole product (embedded Postgres in a directory of its own) runs the price flow: public reply, then private reply. Signed webhooks of ' +
  '2,000 comments by 2,000 people, 20 % of them delivered twice, go to the real endpoint; what is not answered with 200 is sent again, as ' +
  'Meta does. Meanwhile the process is killed with SIGKILL 20 times at random moments and started again. The sandbox of Instagram runs in ' +
  'a process of its own and keeps a ledger of everything that arrived. Six accounts, because Instagram allows 750 private replies per ' +
  'account and hour. `--seed S` repeats the moments, `--comments N` and `--kills N` change the size.';

const ACCOUNTS = 6;
const DUPLICATE_SHARE = 0.2;
/** Turns that one process takes at once: as many calls can be under way when it dies. */
const CALLS_UNDER_WAY = 32;
const DRAIN_LIMIT_MS = 240_000;

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const seed = context.numberOption('seed', 1);
  const comments = context.numberOption('comments', 2_000);
  const kills = context.numberOption('kills', 20);
  const random = createRandom(seed);
  const dataDir = join(BENCH_DIR, `chaos-${process.pid}`);
  mkdirSync(dataDir, { recursive: true });
  context.afterwards(() => rmSync(dataDir, { recursive: true, force: true }));
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const product = await createProduct({
    env: { HEDDLE_DATA_DIR: dataDir, ...instagramSettings(sandbox.url) },
    logFile: join(BENCH_DIR, 'chaos.log'),
  });
  // A clean stop takes the embedded Postgres along, also after the last kill.
  context.afterwards(async () => {
    await product.start().catch(() => undefined);
    await product.stop();
  });
  await product.start();

  context.note(`Seed ${seed}: preparing ${ACCOUNTS} accounts and ${comments} comments`);
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
  const ledger: LedgerEntry[] = [];
  for (let after: number | null = 0; after !== null;) {
    const page: LedgerPage = await sandbox.control<LedgerPage>('GET', `/ledger?after=${after}&limit=1000`);
    ledger.push(...page.entries);
    after = page.nextAfter;
  }
  return {
    events: await readAll<EventView>(product, '/api/events?kind=instagram/comment'),
    runs: await readAll<RunSummary>(product, '/api/runs?'),
    outbox: await readAll<OutboxView>(product, '/api/outbox?'),
    ledger,
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
      kills,
      seconds: Math.round(tookSeconds),
      privateReplies: sends.length,
      publicReplies: replies.length,
      unknown: unknown.length,
    },
    goals: [
      exactly('comments stored', events.length, comments),
      exactly(
        'comments without exactly one run',
        events.filter((event) => event.state !== 'completed' || event.runIds.length !== 1).length,
        0,
      ),
      exactly('runs', runs.length, comments),
      exactly(
        'runs that did not complete (unknown outcomes apart)',
        runs.filter((row) => row.status !== 'succeeded' && !isUnknown(row)).length,
        0,
      ),
      exactly(
        'people who got two private messages',
        countDoubles(sends.map((entry) => entry.recipientId ?? entry.id)),
        0,
      ),
      exactly('comments with two public replies', countDoubles(replies.map((entry) => entry.commentId ?? entry.id)), 0),
      exactly(
        'messages noted as sent that never arrived',
        outbox.filter((row) => row.state === 'sent' && !arrived.has(row.platformId ?? '')).length,
        0,
      ),
      exactly(
        'messages that arrived and are noted neither as sent nor unknown',
        sends.length + replies.length - outbox.filter((row) => row.state === 'sent').length > unknown.length ? 1 : 0,
        0,
      ),
      exactly(
        'runs with an unknown outcome, compared with messages',
        runs.filter(isUnknown).length - unknown.length,
        0,
      ),
      atMost('unknown outcomes (calls that were under way at a kill)', unknown.length, kills * CALLS_UNDER_WAY),
    ],
  };
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function countDoubles(values: readonly string[]): number {
  return [...countBy(values).values()].filter((count) => count > 1).length;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
