import pg from 'pg';
import {
  comment,
  createRuntimeFixture,
  nodes,
  type RuntimeFixture,
} from '../server/src/runtime/testing/runtime-fixture.ts';
import type { Runtime } from '../server/src/runtime/runtime.ts';
import type { WorkerMoment } from '../server/src/runtime/worker-moment.ts';
import { runFloor } from './runs/floor.ts';
import { countTransactions, type TransactionCounts } from './runs/count-transactions.ts';
import { measureWebhooks } from './runs/webhook-latency.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atLeast, atMost, exactly } from './support/goal.ts';
import { LatencyHistogram } from './support/latency-histogram.ts';
import { startPrivatePostgres } from './support/private-postgres.ts';

export const name = 'runs';
export const method =
  'Comments of as many people are taken in 500 at a time, then one process takes their turns: trigger, tag, public reply, tag. The platform ' +
  'answers at once and in memory. Turns that come together share a transaction, and so do those of the floor: it makes the same row changes on ' +
  'the same tables with bare prepared statements, as many turns in a transaction and a round trip as the product had on average in that round, ' +
  'over six connections, as the owner (no row-level security), the values ready beforehand. Both work for some seconds that nobody times, then ' +
  'they are measured in turn, five times; what counts is the median of the five shares, since the speed of a shared machine changes between rounds, and ' +
  'less so within one. Then comments come one by one, 256 under way at a time, as fast as their calls go out: the most that a steady stream can ' +
  'bring; at half of that the time from handing the event in to the call is taken, and that of a durable step (from handing a checkpoint in to its commit). ' +
  'At last the whole product: signed webhooks over 32 ' +
  'connections from one process, calls over HTTP to another one, as fast as the webhooks are answered; and at half of that, the time from ' +
  'sending a webhook to the arrival of the call. Production durability; everything shares this machine.';

const BATCH = 500;
const ROUNDS = 5;
/** Until the process is as fast as it gets. */
const WARM_UP_MS = 10_000;
/** Comments of the steady stream that have not led to a call yet. */
const UNDER_WAY = 256;

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const perRound = context.numberOption('runs', 2_000);
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  process.env['TEST_DATABASE_URL'] = postgres.url;
  const fixture = await createRuntimeFixture();
  context.afterwards(() => fixture.drop());
  fixture.clock.nowMs = () => Date.now();
  const counts: TransactionCounts = { byKind: new Map() };
  const steps = watchSteps();
  const runtime = fixture.startRuntime((database) => countTransactions(database, counts), undefined, {
    onMoment: steps.onMoment,
  });
  await fixture.publish(
    runtime,
    {
      asked: nodes.onComment(),
      before: nodes.tag('a'),
      reply: nodes.send('commentReply', 'Sent!'),
      after: nodes.tag('b'),
    },
    [
      ['asked.matched', 'before'],
      ['before.done', 'reply'],
      ['reply.sent', 'after'],
    ],
  );
  context.note('Warming up');
  const cpu = { ms: 0 };
  const warmUps = await warmUp(fixture, runtime, counts);
  const product: number[] = [];
  const floor: number[] = [];
  const shares: number[] = [];
  const turnsPerCommit: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    context.note(`Round ${round}: ${perRound} runs, then the floor`);
    counts.byKind.clear();
    const before = process.cpuUsage();
    const tookMs = await take(fixture, runtime, `r${round}-`, perRound);
    product.push((perRound * 1_000) / tookMs);
    const { user, system } = process.cpuUsage(before);
    cpu.ms += (user + system) / 1_000 / perRound / ROUNDS;
    const bare = await runFloor(fixture.migrated.ownerUrl, fixture, perRound, counts);
    floor.push((perRound * 1_000) / bare.tookMs);
    shares.push(bare.tookMs / tookMs);
    turnsPerCommit.push(bare.turnsPerCommit);
  }
  context.table(
    'Transactions of one run',
    [...counts.byKind].map(([kind, count]) => ({ kind, 'per run': Math.round((count / perRound) * 100) / 100 })),
  );
  const perSecond = median(product);
  const floorPerSecond = median(floor);
  const shareOfFloor = median(shares);

  context.note(`Comments one by one, ${UNDER_WAY} under way at a time`);
  const steady = await measureSteadyStream(fixture, runtime, perRound * ROUNDS);
  const rate = steady / 2;
  const seconds = context.numberOption('seconds', 10);
  context.note(`Comments one by one, ${Math.round(rate)} a second, for ${seconds} s`);
  const latency = await measureLatency(fixture, runtime, rate, seconds, steps);
  const webhooks = await measureWebhooks(context, await emptyDatabase(postgres.url), {
    events: perRound * ROUNDS,
    seconds,
  });
  const fromWebhook = webhooks.histogram.summary();
  const all = await fixture.rows<{ status: string }>('run');
  const expected = warmUps + 2 * ROUNDS * perRound + latency.sent;
  const { p50Ms, p95Ms, p99Ms } = latency.histogram.summary();
  return {
    figures: {
      runsPerSecond: Math.round(perSecond),
      floorRunsPerSecond: Math.round(floorPerSecond),
      shareOfFloor: Math.round(shareOfFloor * 1_000) / 1_000,
      leastShareOfFloor: Math.round(Math.min(...shares) * 1_000) / 1_000,
      turnsPerCommit: median(turnsPerCommit),
      steadyRunsPerSecond: Math.round(steady),
      processCpuPerRunMs: Math.round(cpu.ms * 100) / 100,
      eventToCallP50Ms: p50Ms,
      eventToCallP95Ms: p95Ms,
      eventToCallP99Ms: p99Ms,
      durableStepP50Ms: latency.step.summary().p50Ms,
      durableStepP95Ms: latency.step.summary().p95Ms,
      webhookRunsPerSecond: Math.round(webhooks.perSecond),
      webhookToCallP50Ms: fromWebhook.p50Ms,
      webhookToCallP95Ms: fromWebhook.p95Ms,
      webhookToCallP99Ms: fromWebhook.p99Ms,
    },
    goals: [
      atLeast('runs per second, share of the floor', shareOfFloor, 0.4),
      atMost('p50 from webhook to call at half load, ms', fromWebhook.p50Ms, 15),
      atMost('p95 from webhook to call at half load, ms', fromWebhook.p95Ms, 50),
      atMost('p50 of a durable step at half load, ms', latency.step.summary().p50Ms, 5),
      exactly('webhooks without a call', webhooks.missing, 0),
      exactly('runs that did not complete', expected - all.filter((row) => row.status === 'succeeded').length, 0),
      exactly('messages sent', fixture.platform.delivered.length, expected),
    ],
  };
}

/** Lets product and floor do what they will be timed with. @returns How many runs the product did. */
async function warmUp(fixture: RuntimeFixture, runtime: Runtime, counts: TransactionCounts): Promise<number> {
  const untilMs = performance.now() + WARM_UP_MS;
  let runs = 0;
  do {
    counts.byKind.clear();
    await take(fixture, runtime, `w${runs}-`, BATCH * 2);
    runs += BATCH * 2;
  } while (performance.now() < untilMs);
  await runFloor(fixture.migrated.ownerUrl, fixture, BATCH * 2, counts);
  return runs;
}

/** @returns Milliseconds from handing the first event in to the end of the last run. */
async function take(fixture: RuntimeFixture, runtime: Runtime, prefix: string, count: number): Promise<number> {
  const startedMs = performance.now();
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    const events = Array.from({ length: size }, (_, index) =>
      comment(`${prefix}${from + index}`, `${prefix}p${from + index}`, 'price', Date.now()),
    );
    await fixture.accept(runtime, ...events);
  }
  await runtime.runUntilIdle();
  return performance.now() - startedMs;
}

/** @returns Runs a second when each call that goes out lets the next comment in. */
async function measureSteadyStream(fixture: RuntimeFixture, runtime: Runtime, total: number): Promise<number> {
  const handIn = (index: number) =>
    fixture.accept(runtime, comment(`s${index}`, `sp${index}`, 'price', Date.now())).catch(() => undefined);
  let handedIn = 0;
  let called = 0;
  const done = Promise.withResolvers<undefined>();
  const stopWatching = watchCalls(fixture, () => {
    called += 1;
    if (handedIn < total) void handIn(handedIn++);
    if (called === total) done.resolve(undefined);
  });
  runtime.start({ worker: true, scheduler: false });
  const beganMs = performance.now();
  while (handedIn < Math.min(UNDER_WAY, total)) void handIn(handedIn++);
  await done.promise;
  const perSecond = (total * 1_000) / (performance.now() - beganMs);
  stopWatching();
  return perSecond;
}

/** @returns What ends it. */
function watchCalls(fixture: RuntimeFixture, onCall: (commentId: string) => void): () => void {
  const { platform } = fixture.platform;
  const { perform } = platform;
  Object.assign(platform, {
    perform: (...args: Parameters<typeof perform>) => {
      const [action] = args;
      if ('commentId' in action) onCall(action.commentId);
      return perform(...args);
    },
  });
  return () => void Object.assign(platform, { perform });
}

/** Takes the time of durable steps: from handing a checkpoint in, with its wait for others, to its commit. */
function watchSteps(): { onMoment: (moment: WorkerMoment) => void; into: LatencyHistogram | undefined } {
  // A turn writes one checkpoint at a time.
  const begun = new Map<string, number>();
  const steps: ReturnType<typeof watchSteps> = {
    into: undefined,
    onMoment(moment) {
      if (moment.kind === 'beforeRecord') begun.set(moment.claim.subject, performance.now());
      if (moment.kind !== 'afterRecord') return;
      const begunMs = begun.get(moment.claim.subject);
      begun.delete(moment.claim.subject);
      if (begunMs !== undefined) steps.into?.record(performance.now() - begunMs);
    },
  };
  return steps;
}

/** Comments at a steady rate, each whether or not the ones before it are through. */
async function measureLatency(
  fixture: RuntimeFixture,
  runtime: Runtime,
  rate: number,
  seconds: number,
  steps: ReturnType<typeof watchSteps>,
): Promise<{ histogram: LatencyHistogram; step: LatencyHistogram; sent: number }> {
  const histogram = new LatencyHistogram();
  const step = new LatencyHistogram();
  steps.into = step;
  const since = new Map<string, number>();
  const calls = { made: 0 };
  const stopWatching = watchCalls(fixture, (commentId) => {
    const startedMs = since.get(commentId);
    if (startedMs !== undefined) histogram.record(performance.now() - startedMs);
    calls.made += 1;
  });
  const total = Math.floor(rate * seconds);
  const beganMs = performance.now();
  const accepting: Promise<unknown>[] = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - beganMs) / 1_000) * rate));
    for (; sent < due; sent += 1) {
      since.set(`l${sent}`, performance.now());
      accepting.push(fixture.accept(runtime, comment(`l${sent}`, `lp${sent}`, 'price', Date.now())));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(accepting);
  while (calls.made < total) await new Promise((resolve) => setTimeout(resolve, 20));
  await runtime.stop();
  stopWatching();
  return { histogram, step, sent: total };
}

async function emptyDatabase(maintenanceUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  await client.query('create database runs_by_webhook');
  await client.end();
  const url = new URL(maintenanceUrl);
  url.pathname = '/runs_by_webhook';
  return url.href;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
