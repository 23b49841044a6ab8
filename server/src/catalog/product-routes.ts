import { api } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { decodeCursor, escapeLike, toPage } from '../runs/page.ts';
import { getDefaultStore, type StoreRow } from './store.ts';
import { toProductView } from './views.ts';

/** Operations on products and on the settings of the store. */
export const productRoutes: readonly Route[] = [
  endpoint(api.catalog.products, ({ query, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const limit = query.limit ?? 50;
      const before = decodeCursor(query.cursor, 1)?.[0];
      let select = tx.selectFrom('heddle.product').selectAll();
      if (query.search !== undefined) select = select.where('name', 'ilike', `%${escapeLike(query.search)}%`);
      if (before !== undefined) select = select.where(sql<boolean>`id < ${before}::uuid`);
      return toPage(
        await select
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
        limit,
        (row) => [row.id],
        toProductView,
      );
    }),
  ),

  endpoint(api.catalog.settings, ({ caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) =>
      toSettings(await getDefaultStore(tx, caller.workspaceId)),
    ),
  ),

  endpoint(api.catalog.changeSettings, ({ body, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const store = await getDefaultStore(tx, caller.workspaceId);
      const changed = await tx
        .updateTable('heddle.store')
        .set({ auto_approve_from: body.autoApproveFrom, currency: body.currency })
        .where('id', '=', store.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return toSettings(changed);
    }),
  ),
];

function toSettings(store: StoreRow): { autoApproveFrom: number | null; currency: string } {
  return {
    autoApproveFrom: store.auto_approve_from === null ? null : Math.round(store.auto_approve_from * 1_000) / 1_000,
    currency: store.currency,
  };
}
