import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PostView as SandboxPost } from '../../nodes/src/instagram/sandbox/index.ts';
import { SEED_ACCOUNT_ID } from '../../nodes/src/instagram/sandbox/index.ts';
import { startBreakablePostgres, type BreakablePostgres } from '../../server/src/postgres/testing/index.ts';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atLeast, exactly } from '../support/goal.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';
import { COMMENT_FLOW } from './comment-flow.ts';
import { judge } from './judge.ts';
import { ask, openShop, pause, untilIdle, type Shop } from './shop.ts';
import { deliver, type LoadRecord } from './steady-load.ts';

const PER_SECOND = 40;
const VOLUME_MB = 512;
const DRAIN_LIMIT_MS = 300_000;

/** The volume of Postgres is filled to the last byte under comments and posts, and emptied again. */
export async function measureFullDisk(context: BenchmarkContext): Promise<BenchmarkResult> {
  const fullSeconds = context.numberOption('full-seconds', 30);
  const volume = mountSmallVolume(context);
  if (volume === null) {
    context.note('SKIPPED: a volume of 512 MB can be mounted by root only. Nothing was measured.');
    return { figures: {}, goals: [exactly('full disk: a small volume could be mounted', 0, 1)] };
  }
  // Log files are recycled below this size, so that the volume is filled by us and at one moment.
  const settings = { max_wal_size: '96MB', min_wal_size: '48MB' };
  const postgres = await startBreakablePostgres({ parentDir: volume, durable: true, settings });
  context.afterwards(() => postgres.stop());
  const shop = await openShop(context, 'disk', postgres.url, { isSandboxInside: true });
  await shop.sandbox.control('PUT', '/faults', { variants: { imageProcessingMs: 300, quotaTotal: 10_000 } });
  await shop.publish(COMMENT_FLOW);
  const comments = await shop.comments(PER_SECOND * (fullSeconds + 40));
  const pictureUrl = await firstPicture(shop);

  const record: LoadRecord = { firstTriedAtMs: new Map(), acceptedAtMs: new Map(), answers: [] };
  const world = { isOver: false };
  const delivering = deliver(shop, comments, PER_SECOND, record, () => world.isOver);
  const posting = givePosts(shop, pictureUrl, world);
  await pause(8_000);
  context.note(`Filling the volume of ${VOLUME_MB} MB`);
  const ballast = join(volume, 'ballast');
  fill(ballast);
  const fullFromMs = Date.now();
  await keepFull(ballast, fullSeconds);
  context.note(`${freeBytes(volume)} bytes are free after ${fullSeconds} s; making room`);
  rmSync(ballast);
  const roomAtMs = Date.now();
  const hadToRestart = await ensureRunning(postgres);
  await untilAccepted(record, roomAtMs);
  await pause(10_000);
  world.isOver = true;
  await delivering;
  const captions = await posting;
  const isIdle = await untilIdle(shop, DRAIN_LIMIT_MS);

  const tried = comments.filter(({ id }) => record.firstTriedAtMs.has(id));
  const { goals, unknown } = await judge(shop, tried, record, 'full disk');
  const posts = await judgePosts(shop, captions);
  const whileFull = record.answers.filter(({ atMs, tookMs }) => atMs - tookMs > fullFromMs && atMs < roomAtMs);
  const refused = whileFull.filter(({ status }) => status === 503).length;
  return {
    figures: {
      fullDiskComments: tried.length,
      fullDiskAnswersWhileFull: whileFull.length,
      fullDiskRefusedWhileFull: refused,
      fullDiskUnknown: unknown,
      fullDiskPosts: captions.length,
      fullDiskPostsUnconfirmed: posts.unconfirmed,
      fullDiskPostgresHadToBeStarted: hadToRestart ? 1 : 0,
    },
    goals: [
      ...goals,
      exactly('full disk: comments never accepted', tried.filter(({ id }) => !record.acceptedAtMs.has(id)).length, 0),
      atLeast('full disk: answers of 503 while it was full', refused, 1),
      exactly(
        'full disk: answers other than 200, 503 or a broken connection',
        record.answers.filter(({ status }) => ![0, 200, 503].includes(status)).length,
        0,
      ),
      exactly('full disk: the process lives', shop.product.isRunning() ? 1 : 0, 1),
      exactly('full disk: everything done in the end', isIdle ? 1 : 0, 1),
      exactly('full disk: posts published twice', posts.twice, 0),
      exactly('full disk: posts that say something else than the platform shows', posts.wrong, 0),
    ],
  };
}

/** @returns Null when this user may not mount. */
function mountSmallVolume(context: BenchmarkContext): string | null {
  const path = join(BENCH_DIR, `volume-${process.pid}`);
  mkdirSync(path, { recursive: true });
  context.afterwards(() => rmSync(path, { recursive: true, force: true }));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${VOLUME_MB}m,mode=0711`, 'heddle-bench', path]);
  if (mounted.status !== 0) return null;
  context.afterwards(() => void spawnSync('umount', ['-l', path]));
  return path;
}

/** Writes until nothing more goes in. */
function fill(path: string): void {
  const file = openSync(path, 'a');
  for (let blockBytes = 1024 * 1024; blockBytes >= 4096;) {
    try {
      writeSync(file, Buffer.alloc(blockBytes, 1));
    } catch {
      blockBytes /= 16;
    }
  }
  closeSync(file);
}

/** Postgres gives room back when it recycles files; that is taken too. */
async function keepFull(path: string, seconds: number): Promise<void> {
  for (let left = seconds * 5; left > 0; left -= 1) {
    fill(path);
    await pause(200);
  }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** Postgres ends when it cannot write its log; whoever runs it starts it again. @returns Whether that was needed. */
async function ensureRunning(postgres: BreakablePostgres): Promise<boolean> {
  const answers = await ask(postgres.url, 'select 1').then(
    () => true,
    () => false,
  );
  if (!answers) await postgres.restart();
  return !answers;
}

async function untilAccepted(record: LoadRecord, sinceMs: number): Promise<void> {
  const isAccepted = (): boolean => record.answers.some(({ atMs, status }) => status === 200 && atMs > sinceMs);
  for (let waited = 0; waited < 60_000 && !isAccepted(); waited += 100) await pause(100);
}

async function firstPicture(shop: Shop): Promise<string> {
  const { posts } = await shop.sandbox.control<{ posts: SandboxPost[] }>('GET', `/accounts/${SEED_ACCOUNT_ID}/posts`);
  const url = posts.flatMap(({ pictureUrls }) => pictureUrls)[0];
  if (url === undefined) throw new Error('The practice account has no picture');
  return url;
}

/** Gives in a post a second, as long as the API takes one. @returns The captions of those that it took. */
async function givePosts(shop: Shop, url: string, world: { readonly isOver: boolean }): Promise<string[]> {
  const captions: string[] = [];
  for (let number = 1; !world.isOver; number += 1) {
    const caption = `Post ${number}`;
    const body = { connectionId: shop.connectionId, caption, media: [{ url }], publishNow: true };
    await shop.product.api('POST', '/api/social/posts', body).then(
      () => captions.push(caption),
      () => undefined, // refused while the disk is full
    );
    await pause(1_000);
  }
  return captions;
}

async function judgePosts(
  shop: Shop,
  captions: readonly string[],
): Promise<{ twice: number; wrong: number; unconfirmed: number }> {
  const endMs = performance.now() + DRAIN_LIMIT_MS;
  const read = () =>
    ask<{ caption: string; status: string }>(shop.databaseUrl, 'select caption, status from heddle.social_post');
  const isOpen = ({ status }: { status: string }): boolean => status === 'publishing' || status === 'scheduled';
  let rows = await read();
  while (rows.some(isOpen) && performance.now() < endMs) {
    await pause(1_000);
    rows = await read();
  }
  const visible = new Map<string, number>();
  for (const { kind, text } of await shop.ledger())
    if (kind === 'publish') visible.set(text, (visible.get(text) ?? 0) + 1);
  const status = new Map(rows.map((row) => [row.caption, row.status]));
  const isWrong = (caption: string): boolean => {
    const said = status.get(caption);
    if (said === 'unconfirmed') return false;
    return said === undefined || isOpen({ status: said }) || (said === 'published') !== visible.has(caption);
  };
  return {
    twice: [...visible.values()].filter((count) => count > 1).length,
    wrong: captions.filter(isWrong).length,
    unconfirmed: rows.filter((row) => row.status === 'unconfirmed').length,
  };
}
