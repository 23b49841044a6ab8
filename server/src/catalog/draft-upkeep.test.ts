import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../database/testing/index.ts';
import { lookAfterDrafts } from './draft-upkeep.ts';
import { getDefaultStore } from './store.ts';

const START_MS = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 86_400_000;

let db: MigratedDatabase;
beforeAll(async () => {
  db = await createMigratedDatabase();
});
afterAll(() => db.drop());

it('reminds once a day before the end, and ends drafts after their week', async () => {
  const workspaceId = newId();
  await db.database.withWorkspace(workspaceId, async (tx) => {
    await sql`insert into heddle.workspace (id, name) values (${workspaceId}, 'Shop')`.execute(tx);
    const { id: storeId } = await getDefaultStore(tx, workspaceId);
    for (const [name, days] of [
      ['Basket', 7],
      ['Vase', 7],
      ['Late', 9],
    ] as const) {
      await sql`
        insert into heddle.product_draft (workspace_id, id, store_id, source_key, caption, name, description, tags, variants, confidence, needs_review, extractor, notes, status,
          expires_at, created_at, updated_at)
        values (${workspaceId}, ${newId()}, ${storeId}, ${name}, '', ${name}, '', '{}', '[]', 1, false, 'rules', '[]', 'pending', ${new Date(START_MS + days * DAY_MS)}, now(), now())`.execute(
        tx,
      );
    }
  });
  const after = (days: number) =>
    lookAfterDrafts({ database: db.database, clock: { nowMs: () => START_MS + days * DAY_MS } });
  expect(await after(5)).toEqual({ expired: 0, reminded: 0 });
  expect(await after(6.5)).toEqual({ expired: 0, reminded: 2 });
  expect(await after(6.6)).toEqual({ expired: 0, reminded: 0 });
  expect(await after(7)).toEqual({ expired: 2, reminded: 0 });
  const { notices, drafts } = await db.database.withWorkspace(workspaceId, async (tx) => ({
    notices: (await sql<{ text: string }>`select text from heddle.member_notice`.execute(tx)).rows,
    drafts: await tx.selectFrom('heddle.product_draft').select(['name', 'status']).orderBy('name').execute(),
  }));
  expect(notices).toEqual([
    { text: expect.stringMatching(/^"(?:Basket|Vase)" and 1 more product drafts wait on the Catalog page/) },
  ]);
  expect(drafts).toEqual([
    { name: 'Basket', status: 'expired' },
    { name: 'Late', status: 'pending' },
    { name: 'Vase', status: 'expired' },
  ]);
});
