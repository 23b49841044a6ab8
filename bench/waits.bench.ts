import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import {
  comment,
  createRuntimeFixture,
  message,
  nodes,
  type RuntimeFixture,
} from '../server/src/runtime/testing/runtime-fixture.ts';
import type { Runtime } from '../server/src/runtime/runtime.ts';
import { cloneRuns, makeDue } from './waits/clone-runs.ts';
import { timeStatements } from './waits/time-statements.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atMost, exactly } from './support/goal.ts';
import { LatencyHistogram } from './support/latency-histogram.ts';
import { startPrivatePostgres } from './support/private-postgres.ts';

export const name = 'waits';
export const method =
  'A million runs of as many people wait (`--runs N` for fewer), half for a time, half for an answer. They are copies by SQL of one run of each ' +
  'kind that the product itself made, with contact, mailbox, snapshot and wait. Then, one after the other: 2,000 people answer and 2,000 timers ' +
  'come due, each alone in the mailbox, and every claim and every load of a turn is timed; a tenth of the runs come due within one ' +
  'second, and while they drain, ten fresh comments a second are to be answered. Memory is that of the process that takes the turns, after ' +
  'a collection. Production durability; Postgres and the process share this machine.';

const PROBES = 2_000;
/** Probes under way at once. */
const CLIENTS = 4;
const FRESH_PER_SECOND = 10;
const DRAIN_LIMIT_MS = 600_000;
const DAY_MS = 86_400_000;

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const runs = context.numberOption('runs', 1_000_000);
  const herd = Math.floor(runs / 10);
  const postgres = await startPrivatePostgres({ max_wal_size: '8GB' });
  context.afterwards(() => postgres.stop());
  process.env['TEST_DATABASE_URL'] = postgres.url;
  const fixture = await createRuntimeFixture();
  context.afterwards(() => fixture.drop());
  fixture.clock.nowMs = () => Date.now();
  const owner = new pg.Pool({ connectionString: fixture.migrated.ownerUrl, max: 2 });
  context.afterwards(() => owner.end());
  const times = new Map<string, LatencyHistogram>();
  const runtime = fixture.startRuntime((database) => timeStatements(database, times));
  await publishFlows(fixture, runtime);
  await fixture.accept(
    runtime,
    message('t', 'timer', 'timer', Date.now()),
    message('q', 'question', 'question', Date.now()),
  );
  await runtime.runUntilIdle();
  const heapBefore = heapBytes();

  context.note(`Making ${runs.toLocaleString('en')} waiting runs`);
  const made = performance.now();
  await cloneRuns(owner, fixture, { from: 'timer', count: runs / 2 });
  await cloneRuns(owner, fixture, { from: 'question', count: runs / 2 });
  await owner.query('vacuum analyze heddle.subject, heddle.run, heddle.wait, heddle.contact');
  context.note(`Made in ${Math.round((performance.now() - made) / 1_000)} s`);

  runtime.start({ worker: true, scheduler: false });
  context.afterwards(() => runtime.stop());
  times.clear();
  const answers = await answerQuestions(fixture, runtime);
  context.note('Timers one by one');
  await ringTimers(owner, fixture);
  const heapAfter = heapBytes();
  const probes = { claim: summaryOf(times, 'heddle-claim'), load: summaryOf(times, 'heddle-load-turn') };
  context.table('While a million wait, ms', [
    { statement: 'claim of ready mailboxes', ...probes.claim },
    { statement: 'load of a turn, with the waiting run', ...probes.load },
    { statement: 'answer taken in to run ended', ...answers.summary() },
  ]);

  context.note(`${herd.toLocaleString('en')} timers come due within one second`);
  const storm = await drainHerd(context, owner, fixture, runtime, herd);
  const { rows } = await owner.query<{ left: number }>(
    `select count(*)::integer as left from heddle.run where status in ('running', 'waiting')`,
  );
  return {
    figures: {
      waitingRuns: runs,
      claimP99Ms: probes.claim.p99Ms,
      loadP99Ms: probes.load.p99Ms,
      heapGrowthMb: Math.round((heapAfter - heapBefore) / 1024 ** 2),
      herd,
      herdSeconds: Math.round(storm.tookMs / 1_000),
      herdPerSecond: Math.round((herd * 1_000) / storm.tookMs),
      freshCallP50Ms: storm.fresh.p50Ms,
      freshCallP95Ms: storm.fresh.p95Ms,
    },
    goals: [
      atMost('p99 of a claim, ms', probes.claim.p99Ms, 20),
      atMost('p99 of finding the run that an answer is for, ms', probes.load.p99Ms, 20),
      atMost('growth of the heap by a million waiting runs, MB', (heapAfter - heapBefore) / 1024 ** 2, 30),
      atMost('time to drain the herd, s', storm.tookMs / 1_000, 300),
      atMost('p95 of a fresh comment to its call meanwhile, ms', storm.fresh.p95Ms, 2_000),
      exactly('fresh comments without a call', storm.missing, 0),
      exactly('runs that ended too early or not at all', rows[0]?.left ?? -1, runs + 2 - 2 * PROBES - herd),
    ],
  };
}

async function publishFlows(fixture: RuntimeFixture, runtime: Runtime): Promise<void> {
  const month = 30 * DAY_MS;
  await fixture.publish(
    runtime,
    { wrote: nodes.onMessage('timer'), wait: nodes.delay(month), tag: nodes.tag('rang') },
    [
      ['wrote.matched', 'wait'],
      ['wait.done', 'tag'],
    ],
  );
  await fixture.publish(
    runtime,
    { wrote: nodes.onMessage('question'), ask: nodes.ask(month), tag: nodes.tag('answered') },
    [
      ['wrote.matched', 'ask'],
      ['ask.replied', 'tag'],
    ],
  );
  await fixture.publish(runtime, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
    ['asked.matched', 'reply'],
  ]);
}

/** @returns From handing the answer in to the run's end, as far as it can be seen by polling the mailbox's emptiness: the load and its checkpoint. */
async function answerQuestions(fixture: RuntimeFixture, runtime: Runtime): Promise<LatencyHistogram> {
  const histogram = new LatencyHistogram();
  const indexes = Array.from({ length: PROBES }, (_, index) => index);
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let index = indexes.shift(); index !== undefined; index = indexes.shift()) {
        const person = `question-${index + 1}`;
        const startedMs = performance.now();
        const [eventId] = await fixture.accept(runtime, message(`a${index}`, person, 'Large', Date.now()));
        await until(async () => isTaken(fixture, eventId ?? ''));
        histogram.record(performance.now() - startedMs);
      }
    }),
  );
  return histogram;
}

async function isTaken(fixture: RuntimeFixture, eventId: string): Promise<boolean> {
  const { rowCount } = await fixture.migrated.database.pool.query(
    `with w as materialized (select set_config('app.workspace', $1, true)) select 1 from w, heddle.inbound_event where id = $2::uuid and state <> 'pending'`,
    [fixture.workspaceId, eventId],
  );
  return (rowCount ?? 0) > 0;
}

/** Makes timers due a few at a time, and waits until they rang. */
async function ringTimers(owner: pg.Pool, fixture: RuntimeFixture): Promise<void> {
  const step = 20;
  for (let from = 1; from <= PROBES; from += step) {
    await makeDue(owner, fixture, { from: 'timer', first: from, last: from + step - 1, atMs: Date.now() });
    await until(async () => (await countWaits(owner, fixture, from, from + step - 1)) === 0);
  }
}

async function countWaits(owner: pg.Pool, fixture: RuntimeFixture, first: number, last: number): Promise<number> {
  const keys = Array.from({ length: last - first + 1 }, (_, index) => subjectOf(fixture, `timer-${first + index}`));
  const { rows } = await owner.query<{ count: number }>(
    'select count(*)::integer as count from heddle.wait where workspace_id = $1 and subject = any ($2)',
    [fixture.workspaceId, keys],
  );
  return rows[0]?.count ?? 0;
}

function subjectOf(fixture: RuntimeFixture, person: string): string {
  return `contact:${fixture.connectionId}:${person}`;
}

async function drainHerd(
  context: BenchmarkContext,
  owner: pg.Pool,
  fixture: RuntimeFixture,
  runtime: Runtime,
  herd: number,
): Promise<{ tookMs: number; fresh: ReturnType<LatencyHistogram['summary']>; missing: number }> {
  const first = PROBES + 1;
  const atMs = Date.now() + 60_000 + herd / 2;
  await makeDue(owner, fixture, { from: 'timer', first, last: first + herd - 1, atMs });
  await pause(Math.max(0, atMs - Date.now()));
  const fresh = new LatencyHistogram();
  const since = new Map<string, number>();
  const { platform } = fixture.platform;
  const { perform } = platform;
  Object.assign(platform, {
    perform: (...args: Parameters<typeof perform>) => {
      const startedMs = 'commentId' in args[0] ? since.get(args[0].commentId) : undefined;
      if (startedMs !== undefined) fresh.record(performance.now() - startedMs);
      return perform(...args);
    },
  });
  const startedMs = performance.now();
  let left = herd;
  for (let tick = 0; left > 0 && performance.now() - startedMs < DRAIN_LIMIT_MS; tick += 1) {
    const id = `fresh${tick}`;
    since.set(id, performance.now());
    void fixture.accept(runtime, comment(id, id, 'price', Date.now()));
    await pause(1_000 / FRESH_PER_SECOND);
    if (tick % 10 === 0) left = await countDue(owner, atMs);
    if (tick % 300 === 0) context.note(`  ${left.toLocaleString('en')} left`);
  }
  const tookMs = performance.now() - startedMs;
  await until(async () => Promise.resolve(fresh.count === since.size));
  return { tookMs, fresh: fresh.summary(), missing: since.size - fresh.count };
}

async function countDue(owner: pg.Pool, atMs: number): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    'select count(*)::integer as count from heddle.subject where ready_at <= $1 and lane = 1',
    [new Date(atMs + 1_000)],
  );
  return rows[0]?.count ?? 0;
}

function summaryOf(times: ReadonlyMap<string, LatencyHistogram>, statement: string) {
  return (times.get(statement) ?? new LatencyHistogram()).summary();
}

/** What the process holds on to. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  // The flag makes `gc` a global of new contexts.
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const limitMs = performance.now() + 30_000;
  while (!(await isDone())) {
    if (performance.now() > limitMs) throw new Error('It did not happen within 30 s');
    await pause(5);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
