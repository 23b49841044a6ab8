import pg from 'pg';
import { expect, it } from 'vitest';
import { createTestDatabase } from './test-database.ts';

it('prepares a template once, and gives each caller a copy of its own', async () => {
  let prepared = 0;
  const options = {
    templateName: 'test_database_test',
    prepare: async (url: string) => {
      prepared += 1;
      await query(url, 'create table visit (at timestamptz not null)');
    },
  };
  const [first, second] = await Promise.all([createTestDatabase(options), createTestDatabase(options)]);
  expect(prepared).toBe(1);

  await query(first.url, 'insert into visit values (now())');
  expect(await query(first.url, 'select count(*)::int as visits from visit')).toEqual([{ visits: 1 }]);
  expect(await query(second.url, 'select count(*)::int as visits from visit')).toEqual([{ visits: 0 }]);
  await Promise.all([first.drop(), second.drop()]);
  await expect(query(first.url, 'select 1')).rejects.toThrow('does not exist');
});

it('does not use a template whose preparation failed', async () => {
  const templateName = 'test_database_failing';
  const broken = createTestDatabase({
    templateName,
    prepare: async (url) => {
      await query(url, 'create table half_done ()');
      throw new Error('migration failed');
    },
  });
  await expect(broken).rejects.toThrow('migration failed');

  const database = await createTestDatabase({ templateName });
  expect(await query(database.url, `select to_regclass('half_done') as found`)).toEqual([{ found: null }]);
  await database.drop();
});

it('prepares through a connection that is left open', async () => {
  const clients: pg.Client[] = [];
  const database = await createTestDatabase({
    templateName: 'test_database_open_connection',
    prepare: async (url) => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {}); // cut off on purpose
      await client.connect();
      clients.push(client);
    },
  });
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await database.drop();
  await Promise.all(clients.map((client) => client.end().catch(() => {})));
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
