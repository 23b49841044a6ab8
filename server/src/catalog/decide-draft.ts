import { FlowError } from '@heddle/schemas';
import { newId, type Tx } from '../database/index.ts';
import { toSlug } from './slug.ts';
import type { DraftRow, ProductRow } from './views.ts';

/** A draft that nobody decides expires after this time. */
export const DRAFT_LIFE_MS = 7 * 86_400_000;

/** A draft, locked until the transaction ends. @throws FlowError `NOT_FOUND`. */
export async function lockDraft(tx: Tx, id: string): Promise<DraftRow> {
  const row = await tx
    .selectFrom('heddle.product_draft')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new FlowError('NOT_FOUND', `There is no product draft ${id}.`);
  return row;
}

/** A draft that still waits, locked. @throws FlowError `NOT_FOUND` | `DRAFT_DECIDED`. */
export async function lockWaitingDraft(tx: Tx, id: string, nowMs: number): Promise<DraftRow> {
  const row = await lockDraft(tx, id);
  const status = row.status === 'pending' && row.expires_at.getTime() <= nowMs ? 'expired' : row.status;
  if (status !== 'pending') throw new FlowError('DRAFT_DECIDED', `The draft "${row.name}" is ${status}.`);
  return row;
}

/**
 * Makes a product of a locked draft. Approving an approved draft again gives the product it has.
 *
 * @param by A member, or the node run that approves by itself.
 * @throws FlowError `DRAFT_DECIDED` | `DRAFT_INCOMPLETE`.
 */
export async function approveDraft(
  tx: Tx,
  draft: DraftRow,
  by: string,
  nowMs: number,
): Promise<{ draft: DraftRow; product: ProductRow }> {
  if (draft.status === 'approved' && draft.product_id !== null) {
    const product = await tx
      .selectFrom('heddle.product')
      .selectAll()
      .where('id', '=', draft.product_id)
      .executeTakeFirst();
    if (product !== undefined) return { draft, product };
  }
  if (draft.status !== 'pending') throw new FlowError('DRAFT_DECIDED', `The draft "${draft.name}" is ${draft.status}.`);
  const missing = [
    ...(draft.name.trim() === '' ? ['a name'] : []),
    ...(Number(draft.price_minor ?? 0) <= 0 ? ['a price'] : []),
    ...(draft.currency === null ? ['a currency'] : []),
  ];
  const { price_minor, currency } = draft;
  if (missing.length > 0 || price_minor === null || currency === null)
    throw new FlowError(
      'DRAFT_INCOMPLETE',
      `The draft ${draft.name === '' ? '' : `"${draft.name}" `}lacks ${missing.join(' and ')}.`,
    );
  const now = new Date(nowMs);
  // Slugs are given out one after the other within a store.
  await tx.selectFrom('heddle.store').select('id').where('id', '=', draft.store_id).forUpdate().execute();
  const product = await tx
    .insertInto('heddle.product')
    .values({
      workspace_id: draft.workspace_id,
      id: newId(),
      store_id: draft.store_id,
      slug: await freeSlug(tx, draft.store_id, toSlug(draft.name)),
      name: draft.name.trim(),
      description: draft.description,
      price_minor,
      currency,
      was_price_minor: draft.was_price_minor,
      category: draft.category,
      tags: draft.tags,
      variants: JSON.stringify(draft.variants),
      inventory: null,
      images: draft.picture_url === null ? [] : [draft.picture_url],
      status: 'active',
      source: JSON.stringify({
        platform: 'instagram',
        connectionId: draft.connection_id,
        mediaId: draft.media_id,
        permalink: draft.permalink,
        draftId: draft.id,
      }),
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const decided = await tx
    .updateTable('heddle.product_draft')
    .set({ status: 'approved', product_id: product.id, decided_by: by, decided_at: now, updated_at: now })
    .where('id', '=', draft.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return { draft: decided, product };
}

/** Sets a waiting draft aside. */
export async function rejectDraft(
  tx: Tx,
  draft: DraftRow,
  reason: string | null,
  by: string,
  nowMs: number,
): Promise<DraftRow> {
  const now = new Date(nowMs);
  return tx
    .updateTable('heddle.product_draft')
    .set({ status: 'rejected', reason, decided_by: by, decided_at: now, updated_at: now })
    .where('id', '=', draft.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Takes a decision back: the draft waits again, with a fresh week if its own is over. The product of an approved one goes. */
export async function reopenDraft(tx: Tx, draft: DraftRow, nowMs: number): Promise<DraftRow> {
  if (draft.status === 'pending' && draft.expires_at.getTime() > nowMs) return draft;
  if (draft.product_id !== null) await tx.deleteFrom('heddle.product').where('id', '=', draft.product_id).execute();
  return tx
    .updateTable('heddle.product_draft')
    .set({
      status: 'pending',
      reason: null,
      product_id: null,
      decided_by: null,
      decided_at: null,
      ...(draft.expires_at.getTime() <= nowMs
        ? { expires_at: new Date(nowMs + DRAFT_LIFE_MS), reminded_at: null }
        : {}),
      updated_at: new Date(nowMs),
    })
    .where('id', '=', draft.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function freeSlug(tx: Tx, storeId: string, wanted: string): Promise<string> {
  const taken = new Set(
    (
      await tx
        .selectFrom('heddle.product')
        .select('slug')
        .where('store_id', '=', storeId)
        .where((eb) => eb.or([eb('slug', '=', wanted), eb('slug', 'like', `${wanted}-%`)]))
        .execute()
    ).map((row) => row.slug),
  );
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) if (!taken.has(`${wanted}-${number}`)) return `${wanted}-${number}`;
}
