import pg from 'pg';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atLeast, atMost, exactly } from '../support/goal.ts';
import { LatencyHistogram } from '../support/latency-histogram.ts';
import { startPrivatePostgres } from '../support/private-postgres.ts';
import { COMMENT_FLOW } from './comment-flow.ts';
import { judge } from './judge.ts';
import { ask, openShop, pause, untilIdle, type Comment, type Shop } from './shop.ts';
import { deliver, type LoadRecord } from './steady-load.ts';

const SLICE_SECONDS = 10;
const RECOVERY_LIMIT_SECONDS = 300;
const DRAIN_LIMIT_MS = 300_000;

/** A REPEATABLE READ transaction stays open for ten minutes under a steady load of events that all end in a reply. */
export async function measureHeldSnapshot(context: BenchmarkContext): Promise<BenchmarkResult> {
  const perSecond = context.numberOption('rate', 200);
  const heldSeconds = context.numberOption('held-seconds', 600);
  const aloneSeconds = context.numberOption('alone-seconds', 60);
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  const shop = await openShop(context, 'snapshot', postgres.url);
  await shop.publish(COMMENT_FLOW);

  context.note('Warming up');
  await deliver(shop, await shop.comments(perSecond * SLICE_SECONDS), perSecond);
  await untilIdle(shop, DRAIN_LIMIT_MS);
  context.note(`${perSecond} comments/s for ${aloneSeconds} s`);
  const all: Comment[] = [];
  const record: LoadRecord = { firstTriedAtMs: new Map(), acceptedAtMs: new Map(), answers: [] };
  const slice = async (label: string): Promise<Slice> => {
    const comments = await shop.comments(perSecond * SLICE_SECONDS);
    all.push(...comments);
    const fromMs = Date.now();
    await deliver(shop, comments, perSecond, record);
    return { label, fromMs, untilMs: Date.now(), comments, ...(await countRows(shop)) };
  };
  const slices: Slice[] = [];
  const load = async (
    label: string,
    seconds: number,
    isOver: () => Promise<boolean> = async () => false,
  ): Promise<void> => {
    for (let done = 0; done < seconds && !(await isOver()); done += SLICE_SECONDS) slices.push(await slice(label));
  };
  await load('before', aloneSeconds);

  context.note(`A snapshot is held for ${heldSeconds} s`);
  const holder = new pg.Client({ connectionString: shop.databaseUrl, application_name: 'held by the bench' });
  await holder.connect();
  await holder.query('begin isolation level repeatable read');
  await holder.query('select count(*) from heddle.workspace');
  const heldFromMs = Date.now();
  const alarm = untilAlarm(shop, heldFromMs + heldSeconds * 1_000);
  await load('held', heldSeconds);
  await holder.query('commit');
  await holder.end();
  const releasedAtMs = Date.now();

  context.note('Released');
  const before = slices.filter(({ label }) => label === 'before');
  const shareBefore = median(before.map(deadShare));
  const isBack = (last: Slice | undefined): last is Slice =>
    last?.label === 'after' && deadShare(last) <= 2 * shareBefore;
  await load('after', RECOVERY_LIMIT_SECONDS, async () => isBack(slices.at(-1)));
  const recovered = slices.at(-1);
  await load('recovered', aloneSeconds);
  await untilIdle(shop, DRAIN_LIMIT_MS);
  const { goals, ledger } = await judge(shop, all, record, 'held snapshot');
  const repliedAt = new Map(ledger.map(({ commentId, atMs }) => [commentId ?? '', atMs]));
  const measured = slices.map((each) => ({ ...each, ...measure(each, repliedAt, record) }));
  const of = (label: string) => measured.filter((each) => each.label === label);
  const rate = (label: string) => median(of(label).map((each) => each.repliesPerSecond));
  const p95 = (label: string) => median(of(label).map((each) => each.p95Ms));
  context.table(
    'Slices of 10 s',
    measured.map((each) => ({
      label: each.label,
      'replies/s': Math.round(each.repliesPerSecond),
      'p95 ms': each.p95Ms,
      'dead rows': each.deadRows,
      'dead, %': Math.round(deadShare(each) * 1_000) / 10,
    })),
  );
  const alarmAtMs = await alarm;
  const recoveredAfterSeconds = isBack(recovered) ? (recovered.untilMs - releasedAtMs) / 1_000 : Number.NaN;
  return {
    figures: {
      heldSeconds,
      repliesPerSecondBefore: rate('before'),
      repliesPerSecondHeld: rate('held'),
      p95BeforeMs: p95('before'),
      p95HeldMs: p95('held'),
      p95RecoveredMs: p95('recovered'),
      deadRowsHeld: Math.max(...of('held').map((each) => each.deadRows)),
      deadShareBefore: shareBefore,
      deadShareHeld: Math.max(...of('held').map(deadShare)),
      deadShareRecovered: recovered === undefined ? Number.NaN : deadShare(recovered),
      alarmAfterSeconds: (alarmAtMs - heldFromMs) / 1_000,
      recoveredAfterSeconds,
    },
    goals: [
      ...goals,
      atMost('held snapshot: alarm after, s', (alarmAtMs - heldFromMs) / 1_000, 60),
      atLeast('held snapshot: replies per second, compared with before', rate('held') / rate('before'), 0.8),
      atMost(
        'held snapshot: dead rows to a living one back to twice those of before, s after the release',
        recoveredAfterSeconds,
        RECOVERY_LIMIT_SECONDS,
      ),
      atMost('held snapshot: p95 after that, compared with before', p95('recovered') / p95('before'), 2),
      exactly('held snapshot: the process lives', shop.product.isRunning() ? 1 : 0, 1),
    ],
  };
}

interface Slice {
  readonly label: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly comments: readonly Comment[];
  readonly deadRows: number;
  readonly liveRows: number;
}

/** Vacuum leaves the same share of a table alone whatever its size, and these tables grow all the time: numbers of rows cannot be compared. */
function deadShare({ deadRows, liveRows }: Slice): number {
  return deadRows / Math.max(1, liveRows);
}

/** Replies to the comments of a slice, per second until the last of them; and how long each took from its first delivery. */
function measure(
  { fromMs, comments }: Slice,
  repliedAt: ReadonlyMap<string, number>,
  record: LoadRecord,
): { repliesPerSecond: number; p95Ms: number } {
  const histogram = new LatencyHistogram();
  let count = 0;
  let lastMs = fromMs;
  for (const { id } of comments) {
    const [from, to] = [record.firstTriedAtMs.get(id), repliedAt.get(id)];
    if (from === undefined || to === undefined) continue;
    histogram.record(Math.max(0, to - from));
    count += 1;
    lastMs = Math.max(lastMs, to);
  }
  return { repliesPerSecond: (count * 1_000) / Math.max(1, lastMs - fromMs), p95Ms: histogram.percentileMs(95) };
}

/** Rows of ours that vacuum has not cleaned yet, and those that are there. */
async function countRows(shop: Shop): Promise<{ deadRows: number; liveRows: number }> {
  const [row] = await ask<{ dead: number; live: number }>(
    shop.databaseUrl,
    `select coalesce(sum(n_dead_tup), 0)::int as dead, coalesce(sum(n_live_tup), 0)::int as live
     from pg_stat_user_tables where schemaname = 'heddle'`,
  );
  return { deadRows: row?.dead ?? 0, liveRows: row?.live ?? 0 };
}

/** @returns When `/readyz` and `/metrics` both told of it; NaN: not until `untilMs`. */
async function untilAlarm({ product }: Shop, untilMs: number): Promise<number> {
  while (Date.now() < untilMs) {
    const ready = await fetch(`${product.url}/readyz`).then((answer) => answer.text());
    const metrics = await fetch(`${product.url}/metrics`).then((answer) => answer.text());
    const seconds = Number(/^heddle_oldest_snapshot_seconds (\S+)$/m.exec(metrics)?.[1] ?? 0);
    if (ready.includes('warnings') && seconds >= 30) return Date.now();
    await pause(500);
  }
  return Number.NaN;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
