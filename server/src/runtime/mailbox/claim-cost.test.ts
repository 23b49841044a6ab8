import { afterEach, beforeEach, expect, it } from 'vitest';
import pg from 'pg';
import { createRuntimeFixture, type RuntimeFixture } from '../testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
let owner: pg.Client;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  owner = new pg.Client({ connectionString: fixture.migrated.ownerUrl });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await fixture.drop();
});

/** Entries of the index of ready mailboxes that this session has read. */
async function entriesRead(): Promise<number> {
  await owner.query('select pg_stat_force_next_flush()');
  const { rows } = await owner.query<{ read: number }>(
    `select idx_tup_read::integer as read from pg_stat_user_indexes where indexrelname = 'subject_ready'`,
  );
  return rows[0]?.read ?? Number.NaN;
}

it('reads as much as it takes, however many wait', async () => {
  // Nobody has told the planner that so many wait: it expects a handful, as it does when they come all at once.
  await owner.query(
    `insert into heddle.subject (workspace_id, key, ready_at) select $1, 'contact:' || n, now() from generate_series(1, 3000) n`,
    [fixture.workspaceId],
  );
  const before = await entriesRead();
  const { rows } = await owner.query(`select * from heddle.claim_subjects(now() + interval '1 s', 20, 15000)`);
  expect(rows).toHaveLength(20);
  expect((await entriesRead()) - before).toBeLessThan(100);
});
