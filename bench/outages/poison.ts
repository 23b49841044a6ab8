import type { LedgerEntry } from '../../nodes/src/instagram/sandbox/index.ts';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atMost, exactly, type Goal } from '../support/goal.ts';
import { LatencyHistogram } from '../support/latency-histogram.ts';
import { startPrivatePostgres } from '../support/private-postgres.ts';
import { COMMENT_FLOW } from './comment-flow.ts';
import { startDeadlyModel } from './deadly-model.ts';
import { judge } from './judge.ts';
import { DEADLY_FLOW, HARM_CODES, HARMS, poisonFlow, type Harm } from './poison-flow.ts';
import { ask, openShop, pause, untilIdle, type Comment, type Shop } from './shop.ts';
import { deliver, type LoadRecord } from './steady-load.ts';
import { startWorker, type Worker } from './worker.ts';

const NEIGHBOURS_PER_SECOND = 20;
/** A worker that dies leaves its lease, 15 s, five times; then what killed it is set aside. */
const SET_ASIDE_LIMIT_MS = 240_000;
const IDLE_LIMIT_MS = 120_000;
/** The machine is shared with the load itself, and a worker that starts takes half a second of a core. */
const NOISE_MS = 25;

/** Comments that throw, spin, swell, go in circles or end the process that works on them, beside neighbours that only want an answer. */
export async function measurePoison(context: BenchmarkContext): Promise<BenchmarkResult> {
  const seconds = context.numberOption('poison-seconds', 60);
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  const shop = await openShop(context, 'poison', postgres.url, { args: ['--role=server,scheduler'] });
  const workers = new Map<string, Worker>();
  let kills = 0;
  const model = await startDeadlyModel((name) => {
    kills += 1;
    workers.get(name)?.kill();
  });
  context.afterwards(() => model.stop());
  for (const name of ['one', 'two']) {
    const env = { OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: model.url(name), PORT: '1' };
    const worker = await startWorker(shop, `poison-${name}`, env);
    workers.set(name, worker);
    context.afterwards(() => worker.stop());
  }
  await shop.publish(COMMENT_FLOW);
  const poisonId = await shop.publish(poisonFlow(false));
  await shop.publish(DEADLY_FLOW);

  context.note(`Neighbours alone, ${NEIGHBOURS_PER_SECOND}/s for ${seconds} s`);
  const alone = await neighbours(shop, seconds);
  context.note(`Beside them a poisonous comment every second`);
  const poison = await poisonousComments(shop, seconds);
  const beside = neighbours(shop, seconds);
  await deliver(
    shop,
    poison.map(({ comment }) => comment),
    1,
  );
  const besidePoison = await beside;
  context.note('A comment that kills whoever works on it');
  const [deadly] = await shop.comments(1, 'deadly');
  if (deadly === undefined) throw new Error('The sandbox made no comment');
  await deliver(shop, [deadly], 1);
  const besideDeath = await neighbours(shop, seconds);
  const isSetAside = await untilSetAside(shop, deadly);
  await untilIdle(shop, IDLE_LIMIT_MS);

  context.note('What was set aside, and again after the fix');
  const rows = await whatBecameOf(shop, poison);
  context.table('Poison', rows);
  model.heal();
  await shop.product.api('POST', `/api/flows/${poisonId}/pause`, {});
  await shop.publish(poisonFlow(true));
  const isRetaken = await takeAgain(shop, deadly);
  const again: Comment[] = [];
  for (const harm of HARMS) again.push(...(await shop.comments(1, `poison ${harm}`)));
  await deliver(shop, again, 10);
  await untilIdle(shop, IDLE_LIMIT_MS);
  const ledger = await shop.ledger();
  const timesAnswered = ({ id }: Comment): number => ledger.filter((entry) => entry.commentId === id).length;

  const all = [alone, besidePoison, besideDeath];
  const goals: Goal[] = [];
  for (const [index, { comments, record }] of all.entries()) {
    goals.push(...(await judge(shop, comments, record, ['alone', 'beside poison', 'beside death'][index] ?? '')).goals);
  }
  const p95 = all.map(({ comments, record }) => latencies(comments, record, ledger).percentileMs(95));
  const [aloneMs = Number.NaN, poisonMs = Number.NaN, deathMs = Number.NaN] = p95;
  return {
    figures: {
      neighboursAloneP95Ms: aloneMs,
      neighboursBesidePoisonP95Ms: poisonMs,
      neighboursBesideDeathP95Ms: deathMs,
      workerKills: kills,
      poisonComments: poison.length,
    },
    goals: [
      ...goals,
      ...rows.map(({ harm, comments, setAside }) =>
        exactly(`poison that ${harm}s: failed with its reason`, setAside, comments),
      ),
      exactly('what killed the workers is set aside', isSetAside ? 1 : 0, 1),
      atMost('workers that it killed', kills, 5),
      exactly('what killed the workers is answered once after the fix', isRetaken ? timesAnswered(deadly) : 0, 1),
      exactly(
        'the same texts are answered once by the repaired flow',
        again.filter((comment) => timesAnswered(comment) === 1).length,
        again.length,
      ),
      atMost('p95 of neighbours beside poison, ms more than alone', poisonMs - aloneMs, NOISE_MS),
      atMost('p95 of neighbours beside the dying workers, ms more than alone', deathMs - aloneMs, NOISE_MS),
    ],
  };
}

interface Delivered {
  readonly comments: readonly Comment[];
  readonly record: LoadRecord;
}

async function neighbours(shop: Shop, seconds: number): Promise<Delivered> {
  const comments = await shop.comments(NEIGHBOURS_PER_SECOND * seconds);
  return { comments, record: await deliver(shop, comments, NEIGHBOURS_PER_SECOND) };
}

interface Poison {
  readonly harm: Harm;
  readonly comment: Comment;
}

async function poisonousComments(shop: Shop, count: number): Promise<Poison[]> {
  const list: Poison[] = [];
  for (const [index, harm] of HARMS.entries()) {
    const share = Math.floor(count / HARMS.length) + (index < count % HARMS.length ? 1 : 0);
    for (const comment of await shop.comments(share, `poison ${harm}`)) list.push({ harm, comment });
  }
  return list.toSorted((a, b) => a.comment.id.localeCompare(b.comment.id));
}

/** Waits until the comment is given up. @returns False when that took too long. */
async function untilSetAside(shop: Shop, comment: Comment): Promise<boolean> {
  const endMs = performance.now() + SET_ASIDE_LIMIT_MS;
  while (performance.now() < endMs) {
    const [found] = await fatesOf(shop, [comment]);
    if (found?.state === 'failed' || found?.status === 'failed') return true;
    await pause(1_000);
  }
  return false;
}

interface Fate {
  readonly id: string;
  readonly comment: string;
  readonly state: string;
  readonly run: string | null;
  readonly status: string | null;
  readonly code: string | null;
}

/** State of the event and of its newest run. */
function fatesOf(shop: Shop, comments: readonly Comment[]): Promise<Fate[]> {
  return ask<Fate>(
    shop.databaseUrl,
    `select distinct on (e.id) e.id, e.data ->> 'commentId' as comment, e.state, r.id as run, r.status, r.error ->> 'code' as code
     from heddle.inbound_event e left join heddle.run r on r.workspace_id = e.workspace_id and r.event_id = e.id
     where e.data ->> 'commentId' = any($1) order by e.id, r.started_at desc`,
    [comments.map(({ id }) => id)],
  );
}

/** How many comments of each harm ended as failed runs with the reason that belongs to it. */
async function whatBecameOf(
  shop: Shop,
  poison: readonly Poison[],
): Promise<{ harm: Harm; comments: number; setAside: number; codes: string }[]> {
  const fates = new Map(
    (
      await fatesOf(
        shop,
        poison.map(({ comment }) => comment),
      )
    ).map((fate) => [fate.comment, fate]),
  );
  return HARMS.map((harm) => {
    const own = poison.filter((item) => item.harm === harm).map(({ comment }) => fates.get(comment.id));
    const codes = own.map((fate) => fate?.code ?? fate?.status ?? 'no event');
    const setAside = own.filter(
      (fate) => fate?.status === 'failed' && HARM_CODES[harm].includes(fate.code ?? ''),
    ).length;
    return { harm, comments: own.length, setAside, codes: [...new Set(codes)].join(', ') };
  });
}

/** Takes again what was set aside: the run at its node, or the event when it never became a run. */
async function takeAgain(shop: Shop, comment: Comment): Promise<boolean> {
  const [fate] = await fatesOf(shop, [comment]);
  if (fate === undefined) return false;
  await shop.product.api(
    'POST',
    fate.run === null ? `/api/events/${fate.id}/replay` : `/api/runs/${fate.run}/retry`,
    {},
  );
  return true;
}

/** From the first delivery to the reply that the platform saw. */
function latencies(comments: readonly Comment[], record: LoadRecord, ledger: readonly LedgerEntry[]): LatencyHistogram {
  const repliedAt = new Map(ledger.map(({ commentId, atMs }) => [commentId, atMs]));
  const histogram = new LatencyHistogram();
  for (const { id } of comments) {
    const [from, to] = [record.firstTriedAtMs.get(id), repliedAt.get(id)];
    if (from !== undefined && to !== undefined) histogram.record(Math.max(0, to - from));
  }
  return histogram;
}
