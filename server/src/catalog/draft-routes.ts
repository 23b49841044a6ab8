import { FlowError } from '@heddle/schemas';
import { api, type DraftFilter } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { decodeCursor, toPage } from '../runs/page.ts';
import { approveDraft, lockDraft, lockWaitingDraft, rejectDraft, reopenDraft } from './decide-draft.ts';
import { expireDrafts } from './draft-upkeep.ts';
import { toDraftView, toProductView } from './views.ts';

/** Drafts that end within this time are "expiring". */
const EXPIRING_MS = 2 * 86_400_000;

/** Operations on drafts. */
export const draftRoutes: readonly Route[] = [
  endpoint(api.catalog.drafts, ({ query, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const now = new Date(deps.clock.nowMs());
      const soon = new Date(deps.clock.nowMs() + EXPIRING_MS);
      await expireDrafts(tx, deps.clock.nowMs());
      const limit = query.limit ?? 50;
      const before = decodeCursor(query.cursor, 1)?.[0];
      let select = tx
        .selectFrom('heddle.product_draft')
        .selectAll()
        .where('status', '=', query.status ?? 'pending')
        .where(filterOf(query.filter ?? 'all', soon));
      if (before !== undefined) select = select.where(sql<boolean>`id < ${before}::uuid`);
      const rows = await select
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const { rows: counts } = await sql<{ all: number; high: number; low: number; expiring: number }>`
        select count(*)::int as all, count(*) filter (where ${filterOf('high', soon)})::int as high, count(*) filter (where ${filterOf('low', soon)})::int as low,
          count(*) filter (where ${filterOf('expiring', soon)})::int as expiring
        from heddle.product_draft where status = 'pending' and expires_at > ${now}`.execute(tx);
      return {
        ...toPage(rows, limit, (row) => [row.id], toDraftView),
        counts: counts[0] ?? { all: 0, high: 0, low: 0, expiring: 0 },
      };
    }),
  ),

  endpoint(api.catalog.changeDraft, ({ params, body, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const { priceMinor, wasPriceMinor, variants, ...fields } = body;
      await lockWaitingDraft(tx, params.id, deps.clock.nowMs());
      const row = await tx
        .updateTable('heddle.product_draft')
        .set({
          ...fields,
          ...(priceMinor === undefined ? {} : { price_minor: priceMinor }),
          ...(wasPriceMinor === undefined ? {} : { was_price_minor: wasPriceMinor }),
          ...(variants === undefined ? {} : { variants: JSON.stringify(variants) }),
          is_edited: true,
          // Somebody looked.
          needs_review: false,
          updated_at: new Date(deps.clock.nowMs()),
        })
        .where('id', '=', params.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return toDraftView(row);
    }),
  ),

  endpoint(api.catalog.approveDraft, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const { draft, product } = await approveDraft(
        tx,
        await lockDraft(tx, params.id),
        caller.memberId,
        deps.clock.nowMs(),
      );
      return { draft: toDraftView(draft), product: toProductView(product) };
    }),
  ),

  endpoint(api.catalog.rejectDraft, ({ params, body, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const draft = await lockWaitingDraft(tx, params.id, deps.clock.nowMs());
      return toDraftView(await rejectDraft(tx, draft, body.reason ?? null, caller.memberId, deps.clock.nowMs()));
    }),
  ),

  endpoint(api.catalog.reopenDraft, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) =>
      toDraftView(await reopenDraft(tx, await lockDraft(tx, params.id), deps.clock.nowMs())),
    ),
  ),

  endpoint(api.catalog.batchApprove, async ({ body, caller, deps }) => {
    const approved: string[] = [];
    const refused: { id: string; code: string; reason: string }[] = [];
    // One transaction each: a draft that cannot be approved does not hold the others up.
    for (const id of new Set(body.ids)) {
      try {
        await deps.database.withWorkspace(caller.workspaceId, async (tx) =>
          approveDraft(tx, await lockDraft(tx, id), caller.memberId, deps.clock.nowMs()),
        );
        approved.push(id);
      } catch (error) {
        if (!(error instanceof FlowError)) throw error;
        refused.push({ id, code: error.code, reason: error.message });
      }
    }
    return { approved, refused };
  }),
];

function filterOf(filter: DraftFilter, soon: Date) {
  switch (filter) {
    case 'all':
      return sql<boolean>`true`;
    case 'high':
      return sql<boolean>`not needs_review`;
    case 'low':
      return sql<boolean>`needs_review`;
    case 'expiring':
      return sql<boolean>`expires_at <= ${soon}`;
  }
}
