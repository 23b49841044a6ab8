import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newId } from '../../server/src/database/index.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../server/src/database/testing/index.ts';

let migrated: MigratedDatabase;
beforeEach(async () => void (migrated = await createMigratedDatabase()));
afterEach(() => migrated.drop());

/** Cuts the session that holds a transaction open, as an outage does, and waits until its server process is gone. */
async function cutOpenTransaction(): Promise<number> {
  const owner = new pg.Client({ connectionString: migrated.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ cut: boolean }>(
    `select pg_terminate_backend(pid, 10000) as cut from pg_stat_activity
     where datname = current_database() and state = 'idle in transaction'`,
  );
  await owner.end();
  return rows.filter(({ cut }) => cut).length;
}

it('a connection that breaks in the middle of a transaction fails that transaction and nothing else', async () => {
  const id = newId();
  const find = () =>
    migrated.database.withWorkspace(id, (tx) => tx.selectFrom('heddle.workspace').select('name').execute());
  // An error event without a listener would end the process; here it would fail the test run.
  const work = migrated.database.withWorkspace(id, async (tx) => {
    await tx.insertInto('heddle.workspace').values({ id, name: 'Half' }).execute();
    expect(await cutOpenTransaction()).toBe(1);
    await tx.selectFrom('heddle.workspace').select('name').execute();
  });
  await expect(work).rejects.toThrow(/terminat|closed|not queryable/i);
  expect(await find()).toEqual([]);
});
