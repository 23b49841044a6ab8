import type { RateLimit } from '@heddle/engine';
import type { Database } from '../../database/index.ts';

/** Windows longer than this are for bulk (750 per hour): half at once, then evenly. Shorter ones smooth a stream (100 per second). */
const LONG_WINDOW_MS = 60_000;

/**
 * Size and filling speed of a bucket. Platforms count in a moving window, so what may come at once and what flows in during one window
 * must together not be more than the limit.
 */
export function bucketOf({ amount, perMs }: RateLimit): { size: number; perSecond: number } {
  const size = Math.max(1, amount * (perMs > LONG_WINDOW_MS ? 0.5 : 0.2));
  // A limit of one call: the whole window passes between two.
  const flow = amount > size ? amount - size : amount;
  return { size, perSecond: (flow * 1000) / perMs };
}

/** The platform itself said "not before": nothing is taken out of these buckets until then. In one statement, as `changeBreaker`. */
export async function closeBudget(
  database: Database,
  workspaceId: string,
  connectionId: string,
  limits: readonly RateLimit[],
  nowMs: number,
  untilMs: number,
): Promise<void> {
  const buckets = limits.map((limit) => ({ bucket: limit.bucket, size: bucketOf(limit).size }));
  await database.pool.query({
    name: 'heddle-close-budget',
    text: 'select heddle.close_budget($1::uuid, $2::uuid, $3::jsonb, $4::timestamptz, $5::timestamptz)',
    values: [workspaceId, connectionId, JSON.stringify(buckets), new Date(nowMs), new Date(untilMs)],
  });
}
