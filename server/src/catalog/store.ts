import type { Selectable } from 'kysely';
import { newId, type Tx } from '../database/index.ts';
import type { CatalogTables } from './tables.ts';

export type StoreRow = Selectable<CatalogTables['heddle.store']>;

/** The default store of the workspace, made when it is first needed. */
export async function getDefaultStore(tx: Tx, workspaceId: string): Promise<StoreRow> {
  const find = () => tx.selectFrom('heddle.store').selectAll().where('is_default', '=', true).executeTakeFirst();
  const known = await find();
  if (known !== undefined) return known;
  await tx
    .insertInto('heddle.store')
    .values({
      workspace_id: workspaceId,
      id: newId(),
      name: 'Store',
      is_default: true,
      currency: 'KES',
      auto_approve_from: null,
    })
    .onConflict((conflict) => conflict.columns(['workspace_id']).where('is_default', '=', true).doNothing())
    .execute();
  const made = await find();
  if (made === undefined) throw new TypeError('The default store was not made');
  return made;
}
