import { FlowError, isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { Clock } from '../runtime/clock.ts';
import { toJsonb } from '../database/jsonb.ts';
import type { RecordCollection, RecordUser } from '../runtime/records.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

interface ScanRow {
  readonly run_id: string | null;
  readonly options: JsonObject;
  readonly state: JsonObject;
}

/**
 * `catalog/scan`: how far a scan is, by its id. A scan that a member started is there before its run; one that a schedule or another flow
 * starts is made here, under the id of its run.
 */
export function createScanRecords(database: Database, clock: Clock): RecordCollection {
  return {
    get: async (user, key) => {
      if (!UUID.test(key)) return null;
      return database.withWorkspace(user.workspaceId, async (tx) => {
        const { rows } =
          await sql<ScanRow>`select run_id, options, state from heddle.catalog_scan where id = ${key}::uuid`.execute(
            tx,
          );
        const [row] = rows;
        if (row === undefined) return null;
        checkOwner(row, user, key);
        return { ...row.options, ...row.state };
      });
    },
    put: async (user, key, record) => {
      const { limit = 200, since = '', includeCarousels = true, includeVideos = false, ...state } = record;
      const options = { limit, since, includeCarousels, includeVideos };
      const connection = state['connection'];
      const connectionId = typeof connection === 'string' ? user.connectionOf(connection) : null;
      const listed = toCount(state['listed']);
      const isDone = state['status'] === 'done';
      const now = new Date(clock.nowMs());
      await database.withWorkspace(user.workspaceId, async (tx) => {
        // A worker that has lost its turn may come late: it never takes the listing back, nor a cancelled scan up again.
        const { rows } = await sql<ScanRow>`
          insert into heddle.catalog_scan as s (workspace_id, id, connection_id, flow_id, run_id, status, options, state, account_posts, listed, is_listed, started_at)
          values (${user.workspaceId}, ${UUID.test(key) ? key : user.runId}::uuid, ${connectionId}, ${user.flowId}, ${user.runId}, 'running', ${toJsonb(options)}::jsonb,
            ${toJsonb(state)}::jsonb, ${toCountOrNull(state['accountPosts'])}, ${listed}, ${state['isListed'] === true}, ${now})
          on conflict (workspace_id, id) do update
            set run_id = coalesce(s.run_id, excluded.run_id), flow_id = coalesce(s.flow_id, excluded.flow_id), connection_id = coalesce(s.connection_id, excluded.connection_id),
              state = case when excluded.listed >= s.listed then excluded.state else s.state end,
              account_posts = excluded.account_posts, listed = greatest(s.listed, excluded.listed), is_listed = s.is_listed or excluded.is_listed
          returning s.run_id, s.options, s.state`.execute(tx);
        const [row] = rows;
        if (row !== undefined) checkOwner(row, user, key);
        await listItems(tx, user.workspaceId, key, state['page'], now);
        if (isDone)
          await sql`update heddle.catalog_scan set status = 'done', ended_at = ${now} where id = ${key}::uuid and status = 'running'`.execute(
            tx,
          );
      });
      return record;
    },
  };
}

/** `catalog/scan-item`: what became of one post, by `scan/post`. */
export function createScanItemRecords(database: Database, clock: Clock): RecordCollection {
  return {
    put: async (user, key, record) => {
      const at = key.indexOf('/');
      const [scanId, mediaId] = [key.slice(0, at), key.slice(at + 1)];
      const product = isJsonObject(record['product']) ? record['product'] : null;
      if (!UUID.test(scanId)) return record;
      await database.withWorkspace(user.workspaceId, (tx) =>
        sql`
          update heddle.catalog_scan_item set state = case when state = 'saved' then state else 'extracted' end, product = ${toJsonb(product)}::jsonb,
            needs_review = ${product?.['needsReview'] === true}, is_reused = ${record['isReused'] === true}, updated_at = ${new Date(clock.nowMs())}
          where scan_id = ${scanId}::uuid and media_id = ${mediaId}`.execute(tx),
      );
      return record;
    },
  };
}

/** A scan belongs to one run: data given to another run cannot steer it. */
function checkOwner(row: ScanRow, user: RecordUser, key: string): void {
  if (row.run_id !== null && row.run_id !== user.runId)
    throw new FlowError('REQUEST_INVALID', `The scan ${key} belongs to another run.`);
}

async function listItems(
  tx: Parameters<Parameters<Database['withWorkspace']>[1]>[0],
  workspaceId: string,
  scanId: string,
  page: JsonValue | undefined,
  now: Date,
): Promise<void> {
  const ids = (Array.isArray(page) ? page : []).flatMap((item) =>
    isJsonObject(item) && typeof item['mediaId'] === 'string' ? [item['mediaId']] : [],
  );
  if (ids.length === 0) return;
  await sql`
    insert into heddle.catalog_scan_item (workspace_id, scan_id, media_id, state, updated_at)
    select ${workspaceId}, ${scanId}::uuid, m.id, 'listed', ${now} from unnest(${ids}::text[]) as m(id)
    on conflict do nothing`.execute(tx);
}

function toCount(value: JsonValue | undefined): number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}

function toCountOrNull(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}
