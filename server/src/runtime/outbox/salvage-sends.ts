import { sql } from 'kysely';
import { toJsonb } from '../../database/jsonb.ts';
import type { Turn } from '../turn/turn.ts';
import type { OutboxRecord } from '../turn/turn-state.ts';

/**
 * A turn that is given up (its run cancelled, its lease gone, its event at fault) forgets what it did, but not what left the house: results
 * of calls that it saw the end of are written, if nobody else settled the row. `planned` is one of them: certainly refused for now.
 */
export async function salvageSends(turn: Turn): Promise<void> {
  const { workspaceId } = turn.claim;
  const settled = [...turn.journal.pending.outbox.values()].flatMap(whatIsCertain);
  if (settled.length === 0) return;
  await turn.deps.database.withWorkspace(workspaceId, async (tx) => {
    for (const record of settled) {
      await sql`
        update heddle.outbox set state = ${record.state}, platform_id = ${record.platformId}, reason = ${record.reason},
          receipt = ${record.receipt === null ? null : toJsonb(record.receipt)}::jsonb, error = ${record.error === null ? null : toJsonb(record.error)}::jsonb,
          sending_at = ${record.sendingAtMs === null ? null : new Date(record.sendingAtMs)},
          settled_at = ${record.settledAtMs === null ? null : new Date(record.settledAtMs)}
        where workspace_id = ${workspaceId} and id = ${record.id} and state = 'sending' and attempts = ${record.attempts}`.execute(
        tx,
      );
    }
  });
}

/**
 * An announcement that could not be written has left no call behind. It was a new one because the call before it certainly had no effect, and
 * that is worth knowing: whoever has the run now may be asking the platform about it.
 */
function whatIsCertain(record: OutboxRecord): OutboxRecord[] {
  switch (record.state) {
    case 'sent':
    case 'failed':
    case 'planned':
      return [record];
    case 'sending':
      return [{ ...record, state: 'planned', attempts: record.attempts - 1, sendingAtMs: null }];
    default:
      return [];
  }
}
