import type { RateLimit } from '@heddle/engine';
import { sql } from 'kysely';
import type { Tx } from '../../database/index.ts';

export type BudgetAnswer = { readonly kind: 'taken' } | { readonly kind: 'over'; readonly bucket: string; readonly atMs: number };

/**
 * Takes one call out of each bucket of a connection. Buckets live in Postgres, so all workers share them; they hold `amount` calls and fill
 * up evenly over `perMs`. Call it in a transaction and roll back on `over`: buckets before the empty one were drawn from already.
 *
 * @returns `over` with the first moment at which the empty bucket allows a call.
 */
export async function takeBudget(tx: Tx, workspaceId: string, connectionId: string, limits: readonly RateLimit[], nowMs: number): Promise<BudgetAnswer> {
  const now = new Date(nowMs);
  // Always in the same order: two sends with common buckets wait for each other instead of locking crosswise.
  for (const { bucket, amount, perMs } of limits.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))) {
    const perSecond = (amount * 1000) / perMs;
    const { rows } = await sql<{ tokens: number }>`
      insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at)
      values (${workspaceId}, ${connectionId}, ${bucket}, ${amount - 1}::double precision, ${now})
      on conflict (workspace_id, connection_id, bucket) do update
        set tokens = least(${amount}::double precision, b.tokens + greatest(0, extract(epoch from excluded.updated_at - b.updated_at)) * ${perSecond}::double precision) - 1,
          updated_at = greatest(b.updated_at, excluded.updated_at)
        where least(${amount}::double precision, b.tokens + greatest(0, extract(epoch from excluded.updated_at - b.updated_at)) * ${perSecond}::double precision) >= 1
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
  for (const { bucket, amount } of limits.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1))) {
    await sql`
      insert into heddle.budget as b (workspace_id, connection_id, bucket, tokens, updated_at, closed_until)
      values (${workspaceId}, ${connectionId}, ${bucket}, ${amount}::double precision, ${new Date(nowMs)}, ${new Date(untilMs)})
      on conflict (workspace_id, connection_id, bucket) do update set closed_until = greatest(b.closed_until, excluded.closed_until)`.execute(tx);
  }
}
