import type { RateLimit } from '@heddle/engine';
import { sql } from 'kysely';
import type { Tx } from '../../database/index.ts';

export type BudgetAnswer = { readonly kind: 'taken' } | { readonly kind: 'over'; readonly bucket: string; readonly atMs: number };

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

/**
 * Takes one call out of each bucket of a connection. Buckets live in Postgres, so all workers share them. Call it in a transaction and roll back on `over`: buckets before the empty one were drawn from already.
 *
 * @returns `over` with the first moment at which the empty bucket allows a call.
 */
export async function takeBudget(tx: Tx, workspaceId: string, connectionId: string, limits: readonly RateLimit[], nowMs: number): Promise<BudgetAnswer> {
  const now = new Date(nowMs);
  // Always in the same order: two sends with common buckets wait for each other instead of locking crosswise.
  for (const limit of limits.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))) {
    const { bucket } = limit;
    const { size, perSecond } = bucketOf(limit);
    const { rows } = await sql<{ tokens: number }>`
      insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at)
      values (${workspaceId}, ${connectionId}, ${bucket}, ${size - 1}::double precision, ${now})
      on conflict (workspace_id, connection_id, bucket) do update
        set tokens = least(${size}::double precision, b.tokens + greatest(0, extract(epoch from excluded.updated_at - b.updated_at)) * ${perSecond}::double precision) - 1,
          updated_at = greatest(b.updated_at, excluded.updated_at)
        where least(${size}::double precision, b.tokens + greatest(0, extract(epoch from excluded.updated_at - b.updated_at)) * ${perSecond}::double precision) >= 1
          and (b.closed_until is null or b.closed_until <= excluded.updated_at)
      returning b.tokens`.execute(tx);
    if (rows.length > 0) continue;
    const { rows: found } = await sql<{ tokens: number; updated_at: Date; closed_until: Date | null }>`
      select tokens, updated_at, closed_until from heddle.budget
      where workspace_id = ${workspaceId} and connection_id = ${connectionId} and bucket = ${bucket}`.execute(tx);
    const row = found[0];
    const fullAtMs = row === undefined ? nowMs : row.updated_at.getTime() + Math.ceil(((1 - row.tokens) / perSecond) * 1000);
    return { kind: 'over', bucket, atMs: Math.max(fullAtMs, row?.closed_until?.getTime() ?? 0, nowMs + 1) };
  }
  return { kind: 'taken' };
}

/** The platform itself said "not before": nothing is taken out of these buckets until then. */
export async function closeBudget(tx: Tx, workspaceId: string, connectionId: string, limits: readonly RateLimit[], nowMs: number, untilMs: number): Promise<void> {
  for (const limit of limits.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))) {
    const { bucket } = limit;
    await sql`
      insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at, closed_until)
      values (${workspaceId}, ${connectionId}, ${bucket}, ${bucketOf(limit).size}::double precision, ${new Date(nowMs)}, ${new Date(untilMs)})
      on conflict (workspace_id, connection_id, bucket) do update set closed_until = greatest(b.closed_until, excluded.closed_until)`.execute(tx);
  }
}
