import { rmSync } from 'node:fs';
import { SEED_ACCOUNT_ID } from '../nodes/src/instagram/sandbox/index.ts';
import { openField, type Field } from './peers/field.ts';
import { lineUp, makeRunDir, type Contestant } from './peers/line-up.ts';
import { measureKills, momentsToKill } from './peers/measure-kills.ts';
import { measureLatency, measureRate, warmUp } from './peers/measure-speed.ts';
import { createRandom } from './product/random.ts';
import { startSandbox } from './product/start-sandbox.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atLeast, exactly } from './support/goal.ts';
import { LatencyHistogram } from './support/latency-histogram.ts';
import { startPrivatePostgres } from './support/private-postgres.ts';

export const name = 'peers';
export const method =
  'Heddle, Node-RED and n8n (in three settings) run the same flow: webhook, condition on its text, set the answer, one POST to a platform that ' +
  'answers at once. All answer the webhook before the run is through. Heddle gets what Instagram sends, signed, checks the signature and ' +
  'recognises repeats; the others get the comment as plain JSON, unsigned. One engine runs at a time, in turn, twice (`--rounds N`), the ' +
  'second time in reverse order. Generator of load (32 connections that stay open) and platform are processes of their own, the same for ' +
  'all. Rate: from the first webhook to the last effect, median of the rounds. Latency: from sending a webhook to its effect, at 5 a second. ' +
  'Kills: `--events N` (500) at half of the rate just measured, `--kills N` (10) times kill -9 after the same numbers of accepted events for ' +
  'all (`--seed S`), started again at once; the sender sends again what was not answered with 200, as Meta does. Lost: answered with 200 ' +
  'and never seen at the platform. `--engines heddle,nodeRed,n8nFastest` leaves others out. The peers are installed once, below `.bench/peers`, by npm. Everything shares this machine.';

const LATENCY_EVENTS = 60;

interface Speed {
  readonly perSecond: number[];
  /** Effects that did not come although nobody was killed. */
  missing: number;
  readonly latency: LatencyHistogram;
}

type Kills = Awaited<ReturnType<typeof measureKills>>;

interface Outcome {
  readonly contestant: Contestant;
  readonly speed: Speed;
  readonly kills: Kills;
}

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const rounds = context.numberOption('rounds', 2);
  const events = context.numberOption('events', 500);
  const kills = context.numberOption('kills', 10);
  const killAt = momentsToKill(events, kills, createRandom(context.numberOption('seed', 1)));
  const { field, contestants } = await open(context);

  const pairs = contestants.map((contestant) => {
    const speed: Speed = { perSecond: [], missing: 0, latency: new LatencyHistogram() };
    return { contestant, speed };
  });
  for (let turn = 1; turn <= rounds; turn += 1)
    for (const { contestant, speed } of turn % 2 === 1 ? pairs : pairs.toReversed())
      await measureSpeed(context, field, contestant, speed);

  const outcomes: Outcome[] = [];
  for (const { contestant, speed } of pairs) {
    const perSecond = median(speed.perSecond) / 2;
    context.note(`${contestant.engine.name}: ${events} events at ${perSecond.toFixed(1)} a second, ${kills} kill -9`);
    await contestant.engine.start();
    await warmUp(field, contestant.engine, 5);
    const died = await measureKills(field, contestant.engine, { count: events, killAt, perSecond });
    await contestant.engine.stop();
    context.note(`  ${died.lost.length} lost, ${died.doubled.length} doubled, ${died.held.length} held as unknown`);
    outcomes.push({ contestant, speed, kills: died });
  }
  return report(context, outcomes);
}

/** Makes everything and sees to it that nothing of it stays. */
async function open(context: BenchmarkContext): Promise<{ field: Field; contestants: Contestant[] }> {
  const dir = makeRunDir();
  context.afterwards(() => rmSync(dir, { recursive: true, force: true }));
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const field = await openField(sandbox.url, SEED_ACCOUNT_ID);
  context.afterwards(() => field.stop());
  const { platformUrl } = field;
  const all = await lineUp({ dir, platformUrl, sandbox, maintenanceUrl: postgres.url, note: context.note });
  const contestants = chosen(context.args, all);
  for (const { engine } of contestants) {
    context.afterwards(() => engine.stop());
    context.note(`Preparing ${engine.name}`);
    await engine.prepare();
  }
  context.table(
    'Engines',
    contestants.map(({ engine }) => ({ engine: engine.name, version: engine.about })),
  );
  return { field, contestants };
}

/** @throws Error that lists the engines when `--engines` names another one. */
function chosen(args: readonly string[], all: readonly Contestant[]): Contestant[] {
  const position = args.indexOf('--engines');
  if (position < 0) return [...all];
  const keys = (args[position + 1] ?? '').split(',');
  const strange = keys.find((key) => !all.some((contestant) => contestant.key === key));
  if (strange !== undefined)
    throw new Error(`There is no engine "${strange}". Choose of ${all.map(({ key }) => key).join(', ')}.`);
  return all.filter(({ key }) => keys.includes(key));
}

async function measureSpeed(
  context: BenchmarkContext,
  field: Field,
  contestant: Contestant,
  speed: Speed,
): Promise<void> {
  const { engine, events } = contestant;
  await engine.start();
  await warmUp(field, engine, contestant.warmUp);
  const { perSecond, missing } = await measureRate(field, engine, events);
  context.note(`${engine.name}: ${events} events, ${perSecond.toFixed(1)} runs per second`);
  speed.perSecond.push(perSecond);
  speed.missing += missing;
  await measureLatency(field, engine, LATENCY_EVENTS, speed.latency);
  await engine.stop();
}

function report(context: BenchmarkContext, outcomes: readonly Outcome[]): BenchmarkResult {
  context.table(
    'Speed',
    outcomes.map(({ contestant, speed }) => ({
      engine: contestant.engine.name,
      'runs per second': median(speed.perSecond),
      rounds: speed.perSecond.map((perSecond) => perSecond.toFixed(1)).join(', '),
      'p50, ms': speed.latency.summary().p50Ms,
      'p95, ms': speed.latency.summary().p95Ms,
      'effects missing': speed.missing,
    })),
  );
  context.table(
    'Kills',
    outcomes.map(({ contestant, kills }) => ({
      engine: contestant.engine.name,
      accepted: kills.accepted,
      attempts: kills.attempts,
      lost: kills.lost.length,
      doubled: kills.doubled.length,
      'held as unknown': kills.held.length,
      'of these seen': kills.heldAndCame.length,
    })),
  );
  const figures: Record<string, number> = {};
  for (const { contestant, speed, kills } of outcomes) {
    const { p50Ms, p95Ms } = speed.latency.summary();
    const own = { PerSecond: round(median(speed.perSecond)), P50Ms: p50Ms, P95Ms: p95Ms };
    const dead = { Lost: kills.lost.length, Doubled: kills.doubled.length, Unknown: kills.held.length };
    for (const [figure, value] of Object.entries({ ...own, ...dead })) figures[`${contestant.key}${figure}`] = value;
  }
  const rateOf = (wanted: (key: string) => boolean): number =>
    Math.max(
      ...outcomes.filter(({ contestant }) => wanted(contestant.key)).map(({ speed }) => median(speed.perSecond)),
    );
  const ours = outcomes.find(({ contestant }) => contestant.key === 'heddle');
  const heddle = rateOf((key) => key === 'heddle');
  return {
    figures,
    goals: [
      atLeast('Heddle: runs per second, of Node-RED', round(heddle / rateOf((key) => key === 'nodeRed')), 1),
      atLeast(
        'Heddle: runs per second, of n8n at its fastest',
        round(heddle / rateOf((key) => key.startsWith('n8n'))),
        20,
      ),
      exactly('Heddle: effects missing without a kill', ours?.speed.missing ?? Number.NaN, 0),
      exactly('Heddle: lost under kill -9', ours?.kills.lost.length ?? Number.NaN, 0),
      exactly('Heddle: doubled under kill -9', ours?.kills.doubled.length ?? Number.NaN, 0),
    ],
  };
}

/** The middle, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (upper + lower) / 2;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
