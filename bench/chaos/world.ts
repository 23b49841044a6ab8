import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { SEED_ACCOUNT_ID, type BulkResult } from '../../nodes/src/instagram/sandbox/index.ts';
import { startBreakablePostgres, type BreakablePostgres } from '../../server/src/postgres/testing/index.ts';
import {
  commentWebhook,
  connectAccount,
  instagramSettings,
  messageWebhook,
  type SignedWebhook,
} from '../product/instagram.ts';
import { createProduct, type Product } from '../product/start-product.ts';
import { startSandbox, type SandboxProcess } from '../product/start-sandbox.ts';
import type { BenchmarkContext } from '../support/benchmark.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';
import { FOUR_MESSAGES, FOUR_REPLIES } from './flows.ts';

/** Everything that a phase of separate processes runs against. */
export interface World {
  readonly dir: string;
  readonly postgres: BreakablePostgres;
  /** As the owner, for the judge. */
  readonly pool: pg.Pool;
  readonly sandbox: SandboxProcess;
  /** One process with the roles `server` and `scheduler`. */
  readonly server: Product;
  /** Settings of a worker process. */
  readonly workerEnv: Readonly<Record<string, string>>;
}

/** Half of them need a private reply, of which the product lets 375 go at once and then 375 an hour, per account (Instagram allows 750). */
const RUNS_PER_ACCOUNT = 700;
/** An account's conversations may be read twice a second, to find out what became of interrupted sends. */
const FEWEST_ACCOUNTS = 4;
/** What the platform takes for an answer, ms. */
const PLATFORM_MS = { min: 50, max: 200 };

/** Starts a Postgres of its own, the sandbox and the server, each a process that ends with this one. */
export async function createWorld(context: BenchmarkContext, phase: string): Promise<World> {
  const dir = join(BENCH_DIR, `chaos-${phase}-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  context.afterwards(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = await startBreakablePostgres({
    parentDir: BENCH_DIR,
    durable: true,
    settings: { max_connections: '400' },
  });
  context.afterwards(() => postgres.stop());
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  pool.on('error', () => undefined); // the phase may have killed the database; the next query says so
  context.afterwards(() => pool.end());
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const env = { DATABASE_URL: postgres.url, HEDDLE_DATA_DIR: dir, ...instagramSettings(sandbox.url) };
  const server = await createProduct({
    env,
    args: ['--role=server,scheduler'],
    logFile: join(BENCH_DIR, `chaos-${phase}.log`),
  });
  context.afterwards(() => server.stop());
  await server.start();
  return { dir, postgres, pool, sandbox, server, workerEnv: { ...env, HEDDLE_DATABASE_CONNECTIONS: '8' } };
}

/** Connects accounts, publishes two flows on each, and lets `runs` people write or comment. @returns A webhook per run, in no order. */
export async function prepareRuns(world: World, runs: number): Promise<SignedWebhook[]> {
  const { sandbox, server } = world;
  const accounts = Math.max(FEWEST_ACCOUNTS, Math.ceil(runs / RUNS_PER_ACCOUNT));
  const webhooks: SignedWebhook[] = [];
  for (let index = 0; index < accounts; index += 1) {
    const count = Math.floor(runs / accounts) + (index < runs % accounts ? 1 : 0);
    const accountId = await addAccount(world, index);
    const commenters = await comment(sandbox, accountId, `commenter${index}`, Math.floor(count / 2));
    webhooks.push(...commenters);
    webhooks.push(...(await write(sandbox, accountId, `writer${index}`, count - commenters.length)));
    const connectionId = await connectAccount(server, sandbox, accountId);
    for (const document of [FOUR_REPLIES, FOUR_MESSAGES]) {
      const flow = await server.api<{ id: string }>('POST', '/api/flows/import', document);
      await server.api('PUT', `/api/flows/${flow.id}/bindings`, { connections: { shop: connectionId }, inputs: {} });
      await server.api('POST', `/api/flows/${flow.id}/publish`, {});
    }
  }
  await sandbox.control('PUT', '/faults', { latencyMs: PLATFORM_MS });
  return webhooks;
}

async function addAccount({ sandbox }: World, index: number): Promise<string> {
  if (index === 0) return SEED_ACCOUNT_ID;
  const account = { username: `shop_${index}`, name: `Shop ${index}` };
  return (await sandbox.control<{ id: string }>('POST', '/accounts', account)).id;
}

async function bulkComments(
  sandbox: SandboxProcess,
  accountId: string,
  authorPrefix: string,
  count: number,
): Promise<{ mediaId: string; items: BulkResult['items'] }> {
  const post = await sandbox.control<{ id: string }>('POST', `/accounts/${accountId}/posts`, { caption: 'New in' });
  const body = { accountId, mediaId: post.id, count, texts: ['price?'], authorPrefix };
  const { items } = await sandbox.control<BulkResult>('POST', '/bulk-comments', body);
  return { mediaId: post.id, items };
}

async function comment(
  sandbox: SandboxProcess,
  accountId: string,
  prefix: string,
  count: number,
): Promise<SignedWebhook[]> {
  if (count === 0) return [];
  const { mediaId, items } = await bulkComments(sandbox, accountId, prefix, count);
  return items.map(({ id, igsid }, index) => {
    const from = { id: igsid, username: `${prefix}_${index + 1}` };
    return commentWebhook(accountId, { id, mediaId, from, text: 'price?' }, Date.now());
  });
}

/** People are made by a comment of which nobody is told; what they write opens the window for answers. */
async function write(
  sandbox: SandboxProcess,
  accountId: string,
  prefix: string,
  count: number,
): Promise<SignedWebhook[]> {
  if (count === 0) return [];
  const people = await bulkComments(sandbox, accountId, prefix, count);
  const messages = people.items.map(({ igsid }) => ({ igsid, text: 'price?' }));
  const { items } = await sandbox.control<BulkResult>('POST', '/bulk-messages', { accountId, messages });
  return items.map(({ id, igsid }) => messageWebhook(accountId, { id, from: igsid, text: 'price?' }, Date.now()));
}
