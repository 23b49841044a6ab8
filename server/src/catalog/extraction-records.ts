import type { JsonObject } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { Clock } from '../runtime/clock.ts';
import { toJsonb } from '../database/jsonb.ts';
import type { RecordCollection } from '../runtime/records.ts';

/** A call that began longer ago is over, whatever became of its process. */
const CALL_MAX_MS = 5 * 60_000;

/** `catalog/extraction`: what the model said about a caption, by post and caption. Exactly one of several runs may ask. */
export function createExtractionRecords(database: Database, clock: Clock): RecordCollection {
  return {
    create: (user, key, record) =>
      database.withWorkspace(user.workspaceId, async (tx) => {
        const { rows: made } = await sql<{ record: JsonObject }>`
          insert into heddle.catalog_extraction (workspace_id, key, state, run_id, record, updated_at)
          values (${user.workspaceId}, ${key}, ${stateOf(record)}, ${user.runId}, ${toJsonb(record)}::jsonb, ${new Date(clock.nowMs())})
          on conflict do nothing returning record`.execute(tx);
        if (made[0] !== undefined) return { record: made[0].record, isNew: true };
        const { rows } = await sql<{
          record: JsonObject;
        }>`select record from heddle.catalog_extraction where key = ${key}`.execute(tx);
        return { record: rows[0]?.record ?? record, isNew: false };
      }),
    // Only the run that asks may say how it ended; another one may take over what failed or is over. An answer is never written over.
    put: (user, key, record) =>
      database.withWorkspace(user.workspaceId, async (tx) => {
        const nowMs = clock.nowMs();
        await sql`
          update heddle.catalog_extraction set state = ${stateOf(record)}, run_id = ${user.runId}, record = ${toJsonb(record)}::jsonb, updated_at = ${new Date(nowMs)}
          where key = ${key} and state <> 'done'
            and (run_id = ${user.runId} or state in ('failed', 'lost') or updated_at < ${new Date(nowMs - CALL_MAX_MS)})`.execute(
          tx,
        );
        const { rows } = await sql<{
          record: JsonObject;
        }>`select record from heddle.catalog_extraction where key = ${key}`.execute(tx);
        return rows[0]?.record ?? record;
      }),
  };
}

function stateOf(record: JsonObject): string {
  const { state } = record;
  return state === 'done' || state === 'failed' || state === 'lost' ? state : 'calling';
}
