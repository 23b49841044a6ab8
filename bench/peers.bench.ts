import { rmSync } from 'node:fs';
import { SEED_ACCOUNT_ID } from '../nodes/src/instagram/sandbox/index.ts';
import { chooseEngines } from './peers/choose-engines.ts';
import { openField, type Field } from './peers/field.ts';
import { lineUp, makeRunDir, type Contestant } from './peers/line-up.ts';
import { measureKills, momentsToKill, type KillsVerdict } from './peers/measure-kills.ts';
import { measureLatency, measureRate, warmUp } from './peers/measure-speed.ts';
import {
  concludePeers,
  describeReturns,
  killsRow,
  median,
  speedRow,
  type Outcome,
  type Speed,
} from './peers/report.ts';
import { createRandom } from './product/random.ts';
import { startSandbox } from './product/start-sandbox.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { LatencyHistogram } from './support/latency-histogram.ts';
import { startPrivatePostgres } from './support/private-postgres.ts';

export const name = 'peers';
export const method =
  'Heddle, Node-RED (in two settings) and n8n (in three) run the same flow: webhook, condition on its text, set the answer, one POST to a platform ' +
  'that answers at once. All answer the webhook before the run is through. Heddle gets what Instagram sends, signed, checks the signature and ' +
  'recognises repeats; the others get the comment as plain JSON, unsigned. One engine runs at a time, in turn, twice (`--rounds N`), the ' +
  'second time in reverse order, after 15 s of full load that nobody times. Generator of load (32 connections that stay open) and platform are processes of their own, the same for ' +
  'all. Rate: from the first webhook to the last effect, median of the rounds. Latency: from sending a webhook to its effect, at 5 a second. ' +
  'Kills: `--events N` (500) at half of the rate just measured, `--kills N` (10) times kill -9 after the same numbers of accepted events for ' +
  'all (`--seed S`), started again at once; the sender sends again what was not answered with 200, as Meta does. An engine has 120 s to be ' +
  'ready and accept an event again, or it did not come back: it is killed no more, and what it had not accepted it never will. Lost: ' +
  'answered with 200 and never seen at the platform. `--engines heddle,nodeRed,n8nFastest` leaves others out. The peers are installed once, ' +
  'below `.bench/peers`, by npm. Everything shares this machine.';

const LATENCY_EVENTS = 60;
/** As long for every engine: one that is written in little code is as fast as it gets after a second, a larger one after ten. */
const WARM_UP_MS = 15_000;

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const rounds = context.numberOption('rounds', 2);
  const events = context.numberOption('events', 500);
  const kills = context.numberOption('kills', 10);
  const killAt = momentsToKill(events, kills, createRandom(context.numberOption('seed', 1)));
  const { field, contestants } = await open(context);
  const ending = new AbortController();
  context.afterwards(() => ending.abort());

  const pairs = contestants.map((contestant) => {
    const speed: Speed = { perSecond: [], failedRounds: 0, missing: 0, latency: new LatencyHistogram() };
    return { contestant, speed };
  });
  for (let turn = 1; turn <= rounds; turn += 1)
    for (const { contestant, speed } of turn % 2 === 1 ? pairs : pairs.toReversed())
      await measureSpeed(context, field, contestant, speed, ending.signal);

  const outcomes: Outcome[] = [];
  for (const { contestant, speed } of pairs) {
    const options = { count: events, killAt, perSecond: median(speed.perSecond) / 2 };
    const died = await measureDeath(context, field, contestant, options, ending.signal);
    outcomes.push({ key: contestant.key, name: contestant.engine.name, speed, kills: died });
  }
  context.table('Speed', outcomes.map(speedRow));
  context.table('Kills', outcomes.map(killsRow));
  return concludePeers(outcomes);
}

/** Makes everything and sees to it that nothing of it stays. */
async function open(context: BenchmarkContext): Promise<{ field: Field; contestants: Contestant[] }> {
  const keys = chooseEngines(context.args);
  const dir = makeRunDir();
  context.afterwards(() => rmSync(dir, { recursive: true, force: true }));
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const field = await openField(sandbox.url, SEED_ACCOUNT_ID);
  context.afterwards(() => field.stop());
  const { platformUrl } = field;
  const contestants = await lineUp({
    keys,
    dir,
    platformUrl,
    sandbox,
    maintenanceUrl: postgres.url,
    note: context.note,
  });
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

/** An engine that fails in a round has failed in it; the others go on. */
async function measureSpeed(
  context: BenchmarkContext,
  field: Field,
  contestant: Contestant,
  speed: Speed,
  ending: AbortSignal,
): Promise<void> {
  const { engine, events } = contestant;
  const worked = await orFailed(context, engine.name, ending, async () => {
    await engine.start();
    const warmAtMs = performance.now() + WARM_UP_MS;
    do await warmUp(field, engine, contestant.warmUp);
    while (performance.now() < warmAtMs);
    const { perSecond, missing } = await measureRate(field, engine, events);
    speed.missing += missing;
    if (Number.isNaN(perSecond)) throw new Error(`of ${events} events none had its effect`);
    context.note(`${engine.name}: ${events} events, ${perSecond.toFixed(1)} runs per second`);
    speed.perSecond.push(perSecond);
    await measureLatency(field, engine, LATENCY_EVENTS, speed.latency);
    return true;
  });
  if (worked === undefined) speed.failedRounds += 1;
  await engine.stop();
}

/** @returns Undefined when it cannot be measured. */
async function measureDeath(
  context: BenchmarkContext,
  field: Field,
  { engine }: Contestant,
  options: { count: number; killAt: readonly number[]; perSecond: number },
  ending: AbortSignal,
): Promise<KillsVerdict | undefined> {
  const { count, killAt, perSecond } = options;
  const died = await orFailed(context, engine.name, ending, async () => {
    if (Number.isNaN(perSecond)) throw new Error('no rate is known at which it could be killed');
    context.note(`${engine.name}: ${count} events at ${perSecond.toFixed(1)} a second, ${killAt.length} kill -9`);
    await engine.start();
    await warmUp(field, engine, 5);
    return measureKills(field, engine, options);
  });
  await engine.stop();
  if (died === undefined) return undefined;
  context.note(`  came back: ${describeReturns(died)}; ${died.accepted} accepted, ${died.notAccepted} not`);
  context.note(`  ${died.lost.length} lost, ${died.doubled.length} doubled, ${died.held.length} held as unknown`);
  return died;
}

/**
 * @returns What the work gives, or undefined when the engine failed, which is noted.
 * @throws Error when it failed because the bench is ending
 */
async function orFailed<T>(
  context: BenchmarkContext,
  engine: string,
  ending: AbortSignal,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (ending.aborted) throw error;
    context.note(`${engine} failed: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
