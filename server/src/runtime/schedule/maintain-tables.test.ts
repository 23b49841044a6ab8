import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMigratedDatabase, type MigratedDatabase } from '../../database/testing/index.ts';
import type { RuntimeDeps } from '../deps.ts';
import { maintainTables } from './maintain-tables.ts';

let migrated: MigratedDatabase;
beforeAll(async () => {
  migrated = await createMigratedDatabase();
});
afterAll(() => migrated.drop());

async function partitions(): Promise<string[]> {
  const owner = new pg.Client({ connectionString: migrated.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'heddle.node_run'::regclass order by 1`,
  );
  await owner.end();
  return rows.map((row) => row.name);
}

it('makes partitions ahead under the role of the server, twice without harm, and drops those past retention', async () => {
  const at = (nowMs: number) =>
    maintainTables({
      database: migrated.database,
      clock: { nowMs: () => nowMs },
      log: { info: () => undefined },
      // The other dependencies are not looked at.
    } as unknown as RuntimeDeps);
  await at(Date.UTC(2027, 10, 30));
  await at(Date.UTC(2027, 10, 30));
  const made = await partitions();
  expect(made).toEqual(expect.arrayContaining(['node_run_2027_11', 'node_run_2027_12', 'node_run_2028_01']));
  // 400 days later the first of them has ended 370 days ago, a month before that one is gone.
  await at(Date.UTC(2029, 1, 10));
  const kept = await partitions();
  expect(kept).not.toContain('node_run_2027_12');
  expect(kept).toEqual(expect.arrayContaining(['node_run_2028_01', 'node_run_2029_02', 'node_run_2029_04']));
});
