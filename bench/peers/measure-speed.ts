import type { LatencyHistogram } from '../support/latency-histogram.ts';
import type { Engine } from './engine.ts';
import type { Field } from './field.ts';
import type { Accepted } from './load.ts';

/** The same for every engine. */
export const CONNECTIONS = 32;
const QUIET_MS = 5_000;
const LATENCY_PER_SECOND = 5;

/** Lets a started engine do `count` runs that nobody times. */
export async function warmUp(field: Field, engine: Engine, count: number): Promise<void> {
  await field.send(engine, { count, connections: CONNECTIONS });
  await field.collect(engine, count, QUIET_MS);
}

/**
 * As fast as answers come.
 *
 * @returns Runs per second, from the first webhook to the last effect; NaN when none came. And how many did not come.
 */
export async function measureRate(
  field: Field,
  engine: Engine,
  count: number,
): Promise<{ perSecond: number; missing: number }> {
  const accepted = await field.send(engine, { count, connections: CONNECTIONS });
  const sent = new Set(accepted.map((event) => event.eventId));
  // One of the events before may come only now.
  const effects = (await field.collect(engine, count, QUIET_MS)).filter((effect) => sent.has(effect.eventId));
  const firstMs = Math.min(...accepted.map((event) => event.firstSentAtMs));
  const lastMs = Math.max(...effects.map((effect) => effect.atMs));
  const distinct = new Set(effects.map((effect) => effect.eventId)).size;
  const perSecond = distinct === 0 ? Number.NaN : (distinct * 1_000) / (lastMs - firstMs);
  return { perSecond, missing: count - distinct };
}

/** Events at a steady rate, by default five a second, which all can do; records the time from sending the webhook to its effect at the platform. */
export async function measureLatency(
  field: Field,
  engine: Engine,
  count: number,
  histogram: LatencyHistogram,
  perSecond = LATENCY_PER_SECOND,
): Promise<void> {
  const accepted: Accepted[] = await field.send(engine, {
    count,
    connections: CONNECTIONS,
    perSecond,
  });
  const sentAtMs = new Map(accepted.map((event) => [event.eventId, event.firstSentAtMs]));
  for (const { eventId, atMs } of await field.collect(engine, count, QUIET_MS)) {
    const sinceMs = sentAtMs.get(eventId);
    if (sinceMs !== undefined) histogram.record(atMs - sinceMs);
  }
}
