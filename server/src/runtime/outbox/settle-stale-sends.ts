import type { ReconcileResult } from '@heddle/engine';
import { toErrorRecord, type PlatformAction } from '@heddle/schemas';
import { sql } from 'kysely';
import type { RuntimeDeps } from '../deps.ts';
import { toJsonb } from '../../database/jsonb.ts';

/** Older than any call that is still on its way: 3 s until it begins, and 20 s at most. With the 15 s between two looks a row is settled within a minute. */
const STALE_MS = 40_000;
const BATCH = 100;

/**
 * Settles calls whose end nobody saw and whose run has ended meanwhile (cancelled while the worker died): the platform is asked, read only;
 * what it cannot tell is left to a person. Nothing is sent.
 *
 * @returns How many rows were settled.
 */
export async function settleStaleSends(deps: RuntimeDeps): Promise<number> {
  const nowMs = deps.clock.nowMs();
  const { rows: stale } = await sql<{ workspace_id: string; id: string }>`
    select * from heddle.stale_sends(${new Date(nowMs - STALE_MS)}, ${BATCH})`.execute(deps.database.anyWorkspace);
  for (const { workspace_id: workspaceId, id } of stale) {
    const row = await deps.database.withWorkspace(workspaceId, async (tx) => {
      const { rows } = await sql<{
        connection_id: string | null;
        action: PlatformAction;
        sending_at: Date;
        run_id: string | null;
      }>`
        select connection_id, action, sending_at, run_id from heddle.outbox where id = ${id} and state = 'sending'`.execute(
        tx,
      );
      return rows[0];
    });
    if (row === undefined) continue;
    const result = await ask(deps, workspaceId, row.connection_id, row.action, row.sending_at.getTime());
    const state = result.outcome === 'sent' ? 'sent' : result.outcome === 'notSent' ? 'failed' : 'unknown';
    const reason = result.outcome === 'unknown' ? result.reason : 'The platform was asked after an interruption.';
    const receipt = result.outcome === 'sent' ? result.receipt : null;
    await deps.database.withWorkspace(workspaceId, (tx) =>
      sql`
        update heddle.outbox set state = ${state}, reason = ${reason}, platform_id = ${receipt?.platformId ?? null},
          receipt = ${receipt === null ? null : toJsonb(receipt)}::jsonb, settled_at = ${state === 'unknown' ? null : new Date(nowMs)}
        where id = ${id} and state = 'sending'`.execute(tx),
    );
    deps.live.publish(workspaceId, [{ kind: 'outbox', id, runId: row.run_id }]);
  }
  return stale.length;
}

async function ask(
  deps: RuntimeDeps,
  workspaceId: string,
  connectionId: string | null,
  action: PlatformAction,
  sinceMs: number,
): Promise<ReconcileResult> {
  if (connectionId === null)
    return { outcome: 'unknown', reason: 'The called service cannot be asked whether the call arrived.' };
  try {
    const { account, platform } = await deps.connections.openAccount(workspaceId, connectionId);
    return await platform.reconcile(action, sinceMs, account);
  } catch (error) {
    return { outcome: 'unknown', reason: `The platform could not be asked: ${toErrorRecord(error).message}` };
  }
}
