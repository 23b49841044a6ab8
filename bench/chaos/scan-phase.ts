import type { ScanView } from '@heddle/schemas/api';
import { SEED_ACCOUNT_ID } from '../../nodes/src/instagram/sandbox/index.ts';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atMost, exactly } from '../support/goal.ts';
import type { Random } from '../product/random.ts';
import { createDomainWorld, killWhileWorking } from './domain-world.ts';
import { pause } from './deliver.ts';
import { startModelDouble } from './model-double.ts';
import type { Phase } from './phase.ts';

const ANSWER_MS = { min: 30, max: 120 };
/** Between the first post of a life and its end, ms. */
const WORK_MS = { min: 500, max: 5_000 };
const LIMIT_MS = 240_000;

/** The worker dies while it reads products out of the posts of an account, each by a call of a model that costs money. */
export const scanPhase: Phase = { name: 'scan', title: 'kill -9 during a catalog scan', run: runScan };

async function runScan(context: BenchmarkContext, random: Random): Promise<BenchmarkResult> {
  const posts = context.numberOption('scan-posts', 500);
  const kills = context.numberOption('scan-kills', 12);
  const model = await startModelDouble(ANSWER_MS);
  context.afterwards(() => model.stop());
  const world = await createDomainWorld(context, 'scan', { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'double' });
  context.note(`Preparing ${posts} posts`);
  for (let number = 1; number <= posts; number += 1)
    await world.control('POST', `/accounts/${SEED_ACCOUNT_ID}/posts`, {
      caption: `Basket ${number} KES ${1_000 + number}`,
    });
  const startedMs = performance.now();
  const scan = await world.server.api<ScanView>('POST', '/api/instagram/scan', {
    connectionId: world.connectionId,
    limit: posts,
  });
  const look = (): Promise<ScanView> => world.server.api<ScanView>('GET', `/api/instagram/scan/${scan.id}`);
  const isOver = async (): Promise<boolean> => (await look()).status !== 'running';
  const died = await killWhileWorking(context, world, {
    kills,
    random,
    workMs: WORK_MS,
    workDone: async () => (await look()).progress.done,
    isOver,
  });
  const endMs = performance.now() + LIMIT_MS;
  while (!(await isOver()) && performance.now() < endMs) await pause(1_000);
  const tookSeconds = Math.round((performance.now() - startedMs) / 1_000);
  const last = await look();

  const { rows: drafts } = await world.pool.query<{ name: string; count: number }>(
    `select substring(caption from 'Basket \\d+') as name, count(*)::int as count from heddle.product_draft group by 1`,
  );
  const { rows: lost } = await world.pool.query<{ count: number }>(
    `select count(*)::int as count from heddle.catalog_extraction where state <> 'done'`,
  );
  const names = new Set(drafts.map(({ name }) => name));
  const paid = [...model.calls.values()];
  return {
    figures: {
      scanPosts: posts,
      scanKills: died,
      scanSeconds: tookSeconds,
      modelCalls: paid.reduce((sum, count) => sum + count, 0),
      readByRulesAfterACut: lost[0]?.count ?? 0,
    },
    goals: [
      exactly('scan: ended as done (1 is yes)', last.status === 'done' ? 1 : 0, 1),
      exactly('scan: posts that were not read', posts - last.progress.done, 0),
      exactly(
        'scan: posts without a draft',
        Array.from({ length: posts }, (_, index) => `Basket ${index + 1}`).filter((name) => !names.has(name)).length,
        0,
      ),
      exactly('scan: posts with two drafts', drafts.filter(({ count }) => count > 1).length, 0),
      exactly('scan: posts paid for twice', paid.filter((count) => count > 1).length, 0),
      atMost('scan: answers lost (paid for, then read by the rules), against kills', lost[0]?.count ?? 0, died),
      exactly('scan: kills', died, kills),
    ],
  };
}
