import { createHandlerRegistry, type AiRequest } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import type { FlowDocument, JsonObject } from '@heddle/schemas';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../database/index.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import { LEASE_MS } from '../runtime/mailbox/mailbox.ts';
import { createRuntimeMetrics } from '../runtime/metrics.ts';
import { createRuntime, type Runtime } from '../runtime/runtime.ts';
import { createRuntimeFixture, type RuntimeFixture } from '../runtime/testing/runtime-fixture.ts';
import { createCatalogRecords } from './records.ts';
import { readScans, settleScans } from './scan-views.ts';

/** A scan over real Postgres whose process dies again and again; the model counts how often each caption is paid for. */
const POSTS = 30;

class Died extends Error {}

let fixture: RuntimeFixture;
let paid: Map<string, number>;
/** Called inside each model call, after it was paid for. */
let onPaid: () => void;
/** What a model call waits for. */
let answerAfter: () => Promise<unknown> | null;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  paid = new Map();
  onPaid = () => undefined;
  answerAfter = () => null;
});
afterEach(() => fixture.drop());

const posts = Array.from({ length: POSTS }, (_, index): JsonObject => ({
  id: `m${index}`,
  caption: `Basket ${index} KES ${1000 + index}`,
  mediaType: 'IMAGE',
  timestamp: '2026-11-01T10:00:00+0000',
}));

/** The account: pages of eight. */
function read(what: string, args: JsonObject): JsonObject {
  if (what === 'account') return { mediaCount: POSTS };
  const from = Number(args['after'] ?? 0);
  return { items: posts.slice(from, from + 8), ...(from + 8 < POSTS ? { after: String(from + 8) } : {}) };
}

async function answer(request: AiRequest) {
  const caption = /Basket \d+ KES \d+/.exec(request.messages[0]?.text ?? '')?.[0] ?? '';
  paid.set(caption, (paid.get(caption) ?? 0) + 1);
  onPaid();
  await answerAfter();
  const price = Number(caption.split(' ').at(-1));
  const text = JSON.stringify({
    isProduct: true,
    name: caption.split(' KES')[0],
    description: '',
    price,
    wasPrice: null,
    currency: 'KES',
    category: 'Home',
    tags: [],
    variants: [],
    confidence: 0.9,
  });
  return { text, model: 'test', inputTokens: 1, outputTokens: 1 };
}

/** A process. `dieAt`: its n-th commit is its last. */
function startProcess(dieAt: number): { runtime: Runtime; die: () => never } {
  let commits = 0;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new Died('the process is gone');
  };
  const real = fixture.migrated.database;
  const database: Database = {
    ...real,
    // Only `query` is used by the runtime.
    pool: Object.assign(Object.create(real.pool), {
      query: (...args: Parameters<typeof real.pool.query>) =>
        isDead ? Promise.resolve({ rows: [] }) : real.pool.query(...args),
    }),
    withWorkspace: async (workspaceId, work) => {
      if (isDead) throw new Died('the process is gone');
      const result = await real.withWorkspace(workspaceId, work);
      commits += 1;
      if (commits === dieAt) die();
      return result;
    },
  };
  const runtime = createRuntime({
    database,
    registry: createHandlerRegistry(builtInHandlers),
    connections: {
      openAccount: (_workspace, id) => {
        const open = fixture.platform.open(id);
        return Promise.resolve({
          ...open,
          platform: { ...open.platform, read: (what, args) => Promise.resolve(read(what, args)) },
        });
      },
      markTokenInvalid: () => Promise.resolve(),
    },
    live: { publish: () => undefined },
    log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    ai: { answer },
    http: { request: () => Promise.resolve({ status: 200, headers: {}, body: '' }) },
    records: new Map(createCatalogRecords(database, fixture.clock)),
    clock: fixture.clock,
    metrics: createRuntimeMetrics(new Registry()),
  });
  return { runtime, die };
}

const NEVER = 0;
const nodes: FlowDocument['nodes'] = {
  start: { type: 'core/manual', v: 1, config: {} },
  next: {
    type: 'catalog/scan-media',
    v: 1,
    config: { connection: '@shop', limit: 200, includeCarousels: true, includeVideos: false },
  },
  read: { type: 'catalog/extract-product', v: 1, config: { defaultCurrency: 'KES', usesModel: true } },
  save: { type: 'catalog/save-draft', v: 1, config: {} },
};
const edges: [string, string][] = [
  ['start.matched', 'next'],
  ['next.item', 'read'],
  ['read.found', 'save'],
  ['read.unclear', 'save'],
  ['save.saved', 'next'],
  ['save.approved', 'next'],
];

async function begin(runtime: Runtime, flowId: string, key: string): Promise<void> {
  await runtime.ingest.accept(fixture.workspaceId, [
    {
      platform: 'core',
      connectionId: null,
      target: { flowId, node: 'start' },
      event: { kind: 'core/manual', key, occurredAtMs: fixture.clock.nowMs(), data: {} },
    },
  ]);
}

/** Lives until it dies or nothing is left to do; then the lease of the dead one ends. */
async function live(dieAt: number): Promise<void> {
  const { runtime } = startProcess(dieAt);
  for (let batch = 0; batch < POSTS / 10 + 1; batch++) {
    await runtime.runUntilIdle();
    fixture.clock.atMs += 1_000; // the scan steps back now and then
  }
  fixture.clock.atMs += LEASE_MS + 1_000;
}

const runStatus = async () => (await fixture.rows<{ status: string }>('run')).map((row) => row.status);

it('a scan whose process dies again and again reads every post, and pays for none twice', async () => {
  const { runtime } = startProcess(NEVER);
  const flowId = await fixture.publish(runtime, nodes, edges);
  await begin(runtime, flowId, 'scan');
  let lives = 0;
  // Every number of commits from 30 to 40, so that death comes at every kind of commit in turn.
  while (!(await runStatus()).includes('succeeded') && lives < 40) await live(30 + (lives++ % 11));
  expect(await runStatus()).toEqual(['succeeded']);
  expect(lives).toBeGreaterThan(5);
  // Who dies between noting the call and making it has paid nothing, and does not dare to: rules read that caption.
  expect(Math.max(...paid.values())).toBe(1);
  expect(paid.size).toBeGreaterThan(POSTS - lives);
  const drafts = await fixture.rows<{ media_id: string; price_minor: string; extractor: string }>('product_draft');
  expect(new Set(drafts.map((draft) => draft.media_id)).size).toBe(POSTS);
  expect(drafts).toHaveLength(POSTS);
  expect(drafts.map((draft) => Number(draft.price_minor)).toSorted((a, b) => a - b)).toEqual(
    posts.map((_, index) => (1000 + index) * 100),
  );
  expect((await fixture.rows('catalog_scan_item')).map((row) => row['state'])).toEqual(Array(POSTS).fill('saved'));
  expect(await fixture.rows('catalog_scan')).toMatchObject([{ status: 'done', listed: POSTS, is_listed: true }]);
});

it('a process that dies in the model call does not pay for that caption again: rules read it', async () => {
  const { runtime } = startProcess(NEVER);
  await begin(runtime, await fixture.publish(runtime, nodes, edges), 'scan');
  const mortal = startProcess(NEVER);
  onPaid = () => paid.size === 7 && mortal.die();
  await mortal.runtime.runUntilIdle();
  onPaid = () => undefined;
  fixture.clock.atMs += LEASE_MS + 1_000;
  await live(NEVER);
  expect(await runStatus()).toEqual(['succeeded']);
  expect([...paid.values()]).toEqual(Array(POSTS).fill(1));
  const drafts = await fixture.rows<{ media_id: string; extractor: string; price_minor: string }>('product_draft');
  expect(drafts.filter((draft) => draft.extractor === 'rules')).toMatchObject([
    { media_id: 'm6', price_minor: '100600' },
  ]);
});

it('two scans at once share what they paid for', async () => {
  const [one, two] = [startProcess(NEVER).runtime, startProcess(NEVER).runtime];
  const flowId = await fixture.publish(one, nodes, edges);
  await begin(one, flowId, 'first');
  await begin(two, flowId, 'second');
  for (
    let round = 0;
    round < 20 && (await runStatus()).filter((status) => status === 'succeeded').length < 2;
    round++
  ) {
    await Promise.all([one.runUntilIdle(), two.runUntilIdle()]);
    fixture.clock.atMs += 4_000; // who found the other one asking looks again
  }
  expect(await runStatus()).toEqual(['succeeded', 'succeeded']);
  expect([...paid.values()]).toEqual(Array(POSTS).fill(1));
  expect(await fixture.rows('product_draft')).toHaveLength(POSTS);
});

it('stops where it is when its run is cancelled, and keeps the drafts made so far', async () => {
  const { runtime } = startProcess(NEVER);
  await begin(runtime, await fixture.publish(runtime, nodes, edges), 'scan');
  let cancelled: Promise<unknown> | null = null;
  onPaid = () => {
    if (paid.size !== 4) return;
    cancelled = (async () => {
      const [run] = await fixture.rows<{ id: string }>('run');
      await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
        cancelRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.nowMs()),
      );
    })();
  };
  answerAfter = () => cancelled;
  await runtime.runUntilIdle();
  expect(await runStatus()).toEqual(['cancelled']);
  expect(paid.size).toBe(4);
  expect(await fixture.rows('product_draft')).toHaveLength(3);
  await fixture.migrated.database.withWorkspace(fixture.workspaceId, async (tx) => {
    await settleScans(tx, fixture.clock.nowMs());
    expect(await readScans(tx, { limit: 2 }, fixture.clock.nowMs())).toMatchObject([
      { status: 'cancelled', progress: { drafts: 3 }, etaSeconds: null },
    ]);
  });
});
