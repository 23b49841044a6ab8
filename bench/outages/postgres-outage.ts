import { createRandom } from '../product/random.ts';
import { startBreakablePostgres } from '../../server/src/postgres/testing/index.ts';
import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import { atLeast, atMost, exactly } from '../support/goal.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';
import { COMMENT_FLOW } from './comment-flow.ts';
import { judge } from './judge.ts';
import { openShop, pause, untilIdle } from './shop.ts';
import { deliver, type LoadRecord } from './steady-load.ts';

const PER_SECOND = 100;
const DRAIN_LIMIT_MS = 300_000;

interface Absence {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The database goes away for 30 s, once cleanly and once by `kill -9`, and is killed several times for 0 to 2 s. */
export async function measureOutage(context: BenchmarkContext): Promise<BenchmarkResult> {
  const seconds = context.numberOption('outage-seconds', 30);
  const kills = context.numberOption('kills', 10);
  const random = createRandom(context.numberOption('seed', 1));
  const postgres = await startBreakablePostgres({ parentDir: BENCH_DIR, durable: true });
  context.afterwards(() => postgres.stop());
  const shop = await openShop(context, 'outage', postgres.url);
  await shop.publish(COMMENT_FLOW);
  const total = PER_SECOND * (2 * seconds + kills * 6 + 40);
  context.note(`Preparing ${total} comments`);
  const comments = await shop.comments(total);

  const record: LoadRecord = { firstTriedAtMs: new Map(), acceptedAtMs: new Map(), answers: [] };
  const world = { isOver: false, diedTimes: 0 };
  const watching = setInterval(() => {
    if (!shop.product.isRunning()) world.diedTimes += 1;
  }, 500);
  context.afterwards(() => clearInterval(watching));
  const delivering = deliver(shop, comments, PER_SECOND, record, () => world.isOver);
  const absences: Absence[] = [];
  const away = async (leave: () => Promise<void>, ms: number): Promise<void> => {
    const fromMs = Date.now();
    await leave();
    await pause(ms);
    await postgres.restart();
    absences.push({ fromMs, untilMs: Date.now() });
  };
  await pause(8_000);
  context.note(`Postgres is shut down for ${seconds} s at ${PER_SECOND} events/s`);
  await away(() => postgres.halt(), seconds * 1_000);
  await pause(12_000);
  context.note(`Postgres is killed for ${seconds} s`);
  await away(() => postgres.crash(), seconds * 1_000);
  await pause(12_000);
  context.note(`Postgres is killed ${kills} times for 0 to 2 s`);
  for (let kill = 0; kill < kills; kill += 1) {
    await away(() => postgres.crash(), random.between(0, 2_000));
    await pause(random.between(3_000, 5_000));
  }
  world.isOver = true;
  await delivering;
  const tried = comments.filter(({ id }) => record.firstTriedAtMs.has(id));
  const isIdle = await untilIdle(shop, DRAIN_LIMIT_MS);
  const { goals, unknown, ledger } = await judge(shop, tried, record, 'outage');

  // Well inside an absence nobody can answer with anything but "not now".
  const inside = absences
    .slice(0, 2)
    .flatMap(({ fromMs, untilMs }) =>
      record.answers.filter(({ atMs, tookMs }) => atMs - tookMs > fromMs + 1_000 && atMs < untilMs - 1_000),
    );
  const firstAfter = (times: readonly number[], atMs: number): number =>
    (times.reduce((first, time) => (time > atMs && time < first ? time : first), Number.POSITIVE_INFINITY) - atMs) /
    1_000;
  const accepted = record.answers.filter(({ status }) => status === 200).map(({ atMs }) => atMs);
  const sent = ledger.map(({ atMs }) => atMs);
  const resumed = absences.map(({ untilMs }) => firstAfter(sent, untilMs));
  const retaken = absences.map(({ untilMs }) => firstAfter(accepted, untilMs));
  context.table(
    'Absences of Postgres',
    absences.map(({ fromMs, untilMs }, index) => ({
      'away s': (untilMs - fromMs) / 1_000,
      'first 200 after s': retaken[index] ?? Number.NaN,
      'first reply after s': resumed[index] ?? Number.NaN,
    })),
  );
  const statuses = new Map<number, number>();
  for (const { status } of record.answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  context.table(
    'Answers to webhooks (0: the connection broke)',
    [...statuses].map(([status, count]) => ({ status, count })),
  );
  return {
    figures: {
      outageComments: tried.length,
      outageAnswers: record.answers.length,
      outageUnknown: unknown,
      outageSlowestResumeSeconds: Math.max(...resumed),
      outageSlowestAcceptSeconds: Math.max(...retaken),
    },
    goals: [
      ...goals,
      exactly('outage: comments never accepted', tried.filter(({ id }) => !record.acceptedAtMs.has(id)).length, 0),
      exactly('outage: looks at the process that found it dead', world.diedTimes, 0),
      exactly('outage: everything done in the end', isIdle ? 1 : 0, 1),
      atLeast('outage: answers while the database was away', inside.length, 1),
      exactly('outage: of these, others than 503', inside.filter(({ status }) => status !== 503).length, 0),
      atMost('outage: work resumes after the database accepts, s, slowest', Math.max(...resumed), 10),
      exactly(
        'outage: answers other than 200, 503 or a broken connection',
        record.answers.filter(({ status }) => ![0, 200, 503].includes(status)).length,
        0,
      ),
    ],
  };
}
