import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { sql } from 'kysely';
import { newId, type Database } from '../database/index.ts';
import type { Clock } from '../runtime/clock.ts';
import { toJsonb, toText } from '../database/jsonb.ts';
import type { RecordCollection, RecordUser } from '../runtime/records.ts';
import { approveDraft, DRAFT_LIFE_MS, lockDraft } from './decide-draft.ts';
import { getDefaultStore, type StoreRow } from './store.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * `catalog/draft`: drafts by where they come from. A post that comes again changes its draft only while it waits and nobody has edited it;
 * one that expired waits anew. Approves by itself what is sure enough, by the settings of the store.
 */
export function createDraftRecords(database: Database, clock: Clock): RecordCollection {
  return {
    put: (user, key, record) =>
      database.withWorkspace(user.workspaceId, async (tx) => {
        const nowMs = clock.nowMs();
        const now = new Date(nowMs);
        const store = await getDefaultStore(tx, user.workspaceId);
        const scanId = text(record, 'scanId');
        const scan =
          scanId !== null && UUID.test(scanId)
            ? (
                await sql<{
                  connection_id: string | null;
                }>`select connection_id from heddle.catalog_scan where id = ${scanId}::uuid`.execute(tx)
              ).rows[0]
            : undefined;
        const media = isJsonObject(record['media']) ? record['media'] : {};
        const connectionId = scan?.connection_id ?? null;
        const expiresAt = new Date(nowMs + DRAFT_LIFE_MS);
        const { rows } = await sql<{ id: string }>`
          insert into heddle.product_draft as d (workspace_id, id, store_id, source_key, connection_id, scan_id, run_id, media_id, caption, picture_url, permalink, posted_at,
            name, description, price_minor, currency, was_price_minor, category, tags, variants, confidence, needs_review, extractor, notes, status, expires_at, created_at, updated_at)
          values (${user.workspaceId}, ${newId()}, ${store.id}, ${connectionId === null ? key : `${connectionId}/${key}`}, ${connectionId}, ${scan === undefined ? null : scanId}, ${user.runId},
            ${text(media, 'mediaId')}, ${text(media, 'caption') ?? ''}, ${text(media, 'pictureUrl')}, ${text(media, 'permalink')}, ${text(media, 'postedAt')},
            ${text(record, 'name') ?? ''}, ${text(record, 'description') ?? ''}, ${number(record, 'priceMinor')}, ${text(record, 'currency')}, ${number(record, 'wasPriceMinor')},
            ${text(record, 'category')}, ${texts(record['tags'])}::text[], ${toJsonb(record['variants'] ?? [])}::jsonb, ${number(record, 'confidence') ?? 0},
            ${record['needsReview'] !== false}, ${record['extractor'] === 'model' ? 'model' : 'rules'}, ${toJsonb(record['notes'] ?? [])}::jsonb, 'pending', ${expiresAt}, ${now}, ${now})
          on conflict (workspace_id, source_key) do update
            set scan_id = excluded.scan_id, run_id = excluded.run_id, caption = excluded.caption, picture_url = excluded.picture_url, permalink = excluded.permalink,
              posted_at = excluded.posted_at, name = excluded.name, description = excluded.description, price_minor = excluded.price_minor, currency = excluded.currency,
              was_price_minor = excluded.was_price_minor, category = excluded.category, tags = excluded.tags, variants = excluded.variants, confidence = excluded.confidence,
              needs_review = excluded.needs_review, extractor = excluded.extractor, notes = excluded.notes, status = 'pending',
              expires_at = case when d.status = 'expired' or d.expires_at <= ${now} then excluded.expires_at else d.expires_at end, updated_at = excluded.updated_at
            where d.status in ('pending', 'expired') and not d.is_edited
          returning d.id`.execute(tx);
        const id = rows[0]?.id ?? (await findDraftId(tx, connectionId === null ? key : `${connectionId}/${key}`));
        if (scan !== undefined && scanId !== null) {
          await sql`update heddle.catalog_scan_item set state = 'saved', draft_id = ${id}, updated_at = ${now} where scan_id = ${scanId}::uuid and media_id = ${text(media, 'mediaId')}`.execute(
            tx,
          );
        }
        const draft = await lockDraft(tx, id);
        const by = nodeRunOf(user);
        if (draft.status === 'pending' && isSure(store, draft)) {
          await approveDraft(tx, draft, by, nowMs);
          return { ...record, id, status: 'approved', isApprovedNow: true };
        }
        // Run again after a crash: what this node run approved was approved now.
        return {
          ...record,
          id,
          status: draft.status,
          isApprovedNow: draft.status === 'approved' && draft.decided_by === by,
        };
      }),
  };
}

function isSure(
  store: StoreRow,
  draft: {
    confidence: number;
    needs_review: boolean;
    is_edited: boolean;
    name: string;
    price_minor: string | number | null;
    currency: string | null;
  },
): boolean {
  const isComplete = draft.name.trim() !== '' && Number(draft.price_minor ?? 0) > 0 && draft.currency !== null;
  // real keeps seven digits of the confidence and of the limit alike.
  return (
    store.auto_approve_from !== null &&
    isComplete &&
    !draft.needs_review &&
    !draft.is_edited &&
    draft.confidence >= store.auto_approve_from
  );
}

function nodeRunOf(user: RecordUser): string {
  return `run:${user.runId}/${user.node}/${user.visit}`;
}

async function findDraftId(
  tx: Parameters<Parameters<Database['withWorkspace']>[1]>[0],
  sourceKey: string,
): Promise<string> {
  const { id } = await tx
    .selectFrom('heddle.product_draft')
    .select('id')
    .where('source_key', '=', sourceKey)
    .executeTakeFirstOrThrow();
  return id;
}

function text(record: JsonObject, key: string): string | null {
  const value = record[key];
  return typeof value === 'string' ? toText(value) : null;
}

function number(record: JsonObject, key: string): number | null {
  const value = record[key];
  return typeof value === 'number' ? value : null;
}

function texts(value: JsonValue | undefined): string[] {
  return (Array.isArray(value) ? value : []).flatMap((item) => (typeof item === 'string' ? [toText(item)] : []));
}
