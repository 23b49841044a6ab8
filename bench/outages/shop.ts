import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { FlowDocument } from '@heddle/schemas';
import {
  SEED_ACCOUNT_ID,
  seedPostId,
  type BulkResult,
  type LedgerEntry,
  type LedgerPage,
} from '../../nodes/src/instagram/sandbox/index.ts';
import { newId } from '../../server/src/database/index.ts';
import { commentWebhook, connectAccount, instagramSettings, type SignedWebhook } from '../product/instagram.ts';
import { createProduct, type Product } from '../product/start-product.ts';
import { startSandbox, type SandboxProcess } from '../product/start-sandbox.ts';
import type { BenchmarkContext } from '../support/benchmark.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';

/** A comment that the platform knows, and its webhook. */
export interface Comment {
  readonly id: string;
  readonly webhook: SignedWebhook;
}

/** The product in a process of its own, on a Postgres of the bench, with one account on a sandbox in a process of its own. */
export interface Shop {
  readonly product: Product;
  readonly sandbox: Pick<SandboxProcess, 'control'>;
  /** Settings that another process of this product needs. */
  readonly env: Readonly<Record<string, string>>;
  readonly databaseUrl: string;
  readonly connectionId: string;
  /** Imports and publishes a flow. @returns Its id. */
  publish(flow: FlowDocument): Promise<string>;
  /** Lets `count` new people write one comment each. */
  comments(count: number, text?: string): Promise<Comment[]>;
  /** Everything that the platform accepted. */
  ledger(): Promise<LedgerEntry[]>;
}

const BULK = 5_000;

/**
 * Starts the product and the sandbox; both end with the bench.
 *
 * @param postgresUrl The owner's URL of a maintenance database. @param name Of the log file and the database.
 * @param options.args Of the process, such as `--role=server`.
 * @param options.isSandboxInside The sandbox is the one that comes with the product: pictures of posts come from there.
 */
export async function openShop(
  context: BenchmarkContext,
  name: string,
  postgresUrl: string,
  options: { args?: readonly string[]; isSandboxInside?: boolean } = {},
): Promise<Shop> {
  mkdirSync(BENCH_DIR, { recursive: true });
  const dataDir = join(BENCH_DIR, `${name}-${process.pid}`);
  context.afterwards(() => rmSync(dataDir, { recursive: true, force: true }));
  const databaseUrl = await createDatabase(postgresUrl, `heddle_${name}`);
  const common = { DATABASE_URL: databaseUrl, HEDDLE_DATA_DIR: dataDir };
  const isInside = options.isSandboxInside === true;
  const outside = isInside ? undefined : await startSandbox();
  if (outside !== undefined) context.afterwards(() => outside.stop());
  const env = outside === undefined ? common : { ...common, ...instagramSettings(outside.url) };
  const product = await createProduct({
    env,
    args: options.args ?? [],
    logFile: join(BENCH_DIR, `${name}.log`),
  });
  context.afterwards(() => product.stop());
  await product.start();
  const sandbox: Shop['sandbox'] = outside ?? {
    control: (method, path, body) => product.api(method, `/sandbox/instagram/_sandbox${path}`, body),
  };
  const connectionId =
    outside === undefined ? await sandboxConnection(product) : await connectAccount(product, outside, SEED_ACCOUNT_ID);
  let batches = 0;
  return {
    product,
    sandbox,
    env,
    databaseUrl,
    connectionId,
    async publish(flow) {
      const { id } = await product.api<{ id: string }>('POST', '/api/flows/import', flow);
      await product.api('PUT', `/api/flows/${id}/bindings`, { connections: { shop: connectionId }, inputs: {} });
      await product.api('POST', `/api/flows/${id}/publish`, {});
      return id;
    },
    async comments(count, text = 'price?') {
      const made: Comment[] = [];
      while (made.length < count) {
        const authorPrefix = `p${(batches += 1)}`;
        const { items } = await sandbox.control<BulkResult>('POST', '/bulk-comments', {
          accountId: SEED_ACCOUNT_ID,
          mediaId: seedPostId(1),
          count: Math.min(BULK, count - made.length),
          texts: [text],
          authorPrefix,
        });
        for (const [index, { id, igsid }] of items.entries()) {
          const from = { id: igsid, username: `${authorPrefix}_${index + 1}` };
          const item = { id, mediaId: seedPostId(1), from, text };
          made.push({ id, webhook: commentWebhook(SEED_ACCOUNT_ID, item, Date.now()) });
        }
      }
      return made;
    },
    async ledger() {
      const entries: LedgerEntry[] = [];
      for (let after: number | null = 0; after !== null;) {
        const page: LedgerPage = await sandbox.control<LedgerPage>('GET', `/ledger?after=${after}&limit=1000`);
        entries.push(...page.entries);
        after = page.nextAfter;
      }
      return entries;
    },
  };
}

/** The practice account is connected by the start. */
async function sandboxConnection(product: Product): Promise<string> {
  const { items } = await product.api<{ items: { id: string; externalId: string }[] }>('GET', '/api/connections');
  const found = items.find(({ externalId }) => externalId === SEED_ACCOUNT_ID);
  if (found === undefined) throw new Error('The practice account is not connected');
  return found.id;
}

/** Waits until no event is pending and no run is open. @returns False when that took longer than `limitMs`. */
export async function untilIdle({ product }: Shop, limitMs: number): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  const paths = [
    '/api/events?state=pending&limit=1',
    '/api/runs?status=running&limit=1',
    '/api/runs?status=waiting&limit=1',
  ];
  while (performance.now() < endMs) {
    const pages = await Promise.all(paths.map((path) => product.api<{ items: unknown[] }>('GET', path)));
    if (pages.every(({ items }) => items.length === 0)) return true;
    await pause(250);
  }
  return false;
}

/** Asks the owner's door: the bench must see what the product may not. */
export async function ask<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function createDatabase(postgresUrl: string, prefix: string): Promise<string> {
  const name = `${prefix}_${newId().slice(-12)}`;
  await ask(postgresUrl, `create database ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return url.href;
}
