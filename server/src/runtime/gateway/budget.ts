import type { RateLimit } from '@heddle/engine';
import { sql } from 'kysely';
import type { Tx } from '../../database/index.ts';

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

/** The platform itself said "not before": nothing is taken out of these buckets until then. */
export async function closeBudget(
  tx: Tx,
  workspaceId: string,
  connectionId: string,
  limits: readonly RateLimit[],
  nowMs: number,
  untilMs: number,
): Promise<void> {
  for (const limit of limits.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))) {
    const { bucket } = limit;
    await sql`
      insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at, closed_until)
      values (${workspaceId}, ${connectionId}, ${bucket}, ${bucketOf(limit).size}::double precision, ${new Date(nowMs)}, ${new Date(untilMs)})
      on conflict (workspace_id, connection_id, bucket) do update set closed_until = greatest(b.closed_until, excluded.closed_until)`.execute(
      tx,
    );
  }
}
