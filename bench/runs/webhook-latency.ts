import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SEED_ACCOUNT_ID } from '../../nodes/src/instagram/sandbox/index.ts';
import { openField } from '../peers/field.ts';
import { createHeddle } from '../peers/heddle.ts';
import { measureLatency, measureRate, warmUp } from '../peers/measure-speed.ts';
import { startSandbox } from '../product/start-sandbox.ts';
import type { BenchmarkContext } from '../support/benchmark.ts';
import { LatencyHistogram } from '../support/latency-histogram.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';

export interface WebhookLatency {
  /** As fast as the answers to the webhooks come, from the first webhook to the last call. */
  readonly perSecond: number;
  /** From sending the webhook to the arrival of the call at the platform, at half of that. */
  readonly histogram: LatencyHistogram;
  /** Calls that never came. */
  readonly missing: number;
}

/**
 * The whole product in a process of its own: signed webhooks over HTTP from one process, calls over HTTP to another one.
 *
 * @param databaseUrl An empty database of the owner.
 */
export async function measureWebhooks(
  context: BenchmarkContext,
  databaseUrl: string,
  { events, seconds }: { readonly events: number; readonly seconds: number },
): Promise<WebhookLatency> {
  mkdirSync(BENCH_DIR, { recursive: true });
  const dir = mkdtempSync(join(BENCH_DIR, 'runs-'));
  context.afterwards(() => rmSync(dir, { recursive: true, force: true }));
  const sandbox = await startSandbox();
  context.afterwards(() => sandbox.stop());
  const field = await openField(sandbox.url, SEED_ACCOUNT_ID);
  context.afterwards(() => field.stop());
  const engine = await createHeddle(databaseUrl, sandbox, { platformUrl: field.platformUrl, dataDir: dir });
  context.afterwards(() => engine.stop());
  await engine.prepare();
  await engine.start();
  await warmUp(field, engine, 1_000);
  const { perSecond, missing } = await measureRate(field, engine, events);
  const rate = Math.round(perSecond / 2);
  context.note(
    `Signed webhooks to the whole product: ${perSecond.toFixed(0)} runs a second; now ${rate} for ${seconds} s`,
  );
  const histogram = new LatencyHistogram();
  await measureLatency(field, engine, rate * seconds, histogram, rate);
  await engine.stop();
  return { perSecond, histogram, missing: missing + rate * seconds - histogram.count };
}
