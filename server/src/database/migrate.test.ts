import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../postgres/testing/index.ts';
import { appRoleFor } from './app-role.ts';
import { checkAppRole, createDatabase } from './database.ts';
import { describeSchema } from './describe-schema.ts';
import { migrate } from './migrate.ts';
import { QUEUES } from './queues.ts';
import { TEST_KEYS } from './testing/index.ts';

describe('migrate', () => {
  let empty: TestDatabase;
  let appUrl: string;
  let urls: string[];
  beforeAll(async () => {
    empty = await createTestDatabase({ templateName: 'empty' });
    // Three processes that start together on an empty database.
    const results = await Promise.all([1, 2, 3].map(() => migrate({ ownerUrl: empty.url, keys: TEST_KEYS })));
    urls = results.map((result) => result.appUrl);
    appUrl = urls[0] ?? '';
  });
  afterAll(() => empty.drop());

  it('agrees with processes that start at the same moment', () => {
    expect(urls).toEqual([appUrl, appUrl, appUrl]);
  });

  it('makes what server/schema.sql says', async () => {
    const expected = await readFile(new URL('../../schema.sql', import.meta.url), 'utf8');
    const found = await describeSchema(empty.url, appRoleFor(empty.url, TEST_KEYS).name);
    expect(found, 'Migrations changed: run "node server/src/database/testing/write-schema-file.ts"').toBe(expected);
  });

  it('changes nothing the second time and tells nothing', async () => {
    const told: string[] = [];
    await migrate({ ownerUrl: empty.url, keys: TEST_KEYS, log: (message) => told.push(message) });
    expect(told).toEqual([]);
  });

  it('lets the server in with a key added in front, whose password comes from the oldest', async () => {
    const { appUrl: again } = await migrate({ ownerUrl: empty.url, keys: [new Uint8Array(32).fill(9), ...TEST_KEYS] });
    expect(again).toBe(appUrl);
  });

  it('gives the server a role for which row-level security holds, and refuses the owner', async () => {
    const [server, owner] = [createDatabase({ appUrl }), createDatabase({ appUrl: empty.url })];
    try {
      await checkAppRole(server);
      await expect(checkAppRole(owner)).rejects.toThrow('row-level security does not hold');
    } finally {
      await Promise.all([server.close(), owner.close()]);
    }
  });

  it('makes every job queue, which the server may use', async () => {
    const client = new pg.Client({ connectionString: appUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string }>('select name from pgboss.queue order by name');
      expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(QUEUES.map((queue) => queue.name)));
    } finally {
      await client.end();
    }
  });

  it('works for an owner that is no superuser, whose functions still see all workspaces', async () => {
    const plain = await createTestDatabase({ templateName: 'empty' });
    const admin = new pg.Client({ connectionString: plain.url });
    await admin.connect();
    const owner = `${plain.name}_owner`;
    try {
      await admin.query(
        `create role ${owner} login createrole password 'test'; alter database ${plain.name} owner to ${owner}; grant all on schema public to ${owner}`,
      );
      const ownerUrl = new URL(plain.url);
      [ownerUrl.username, ownerUrl.password] = [owner, 'test'];
      const result = await migrate({ ownerUrl: ownerUrl.href, keys: TEST_KEYS });
      await migrate({ ownerUrl: ownerUrl.href, keys: TEST_KEYS });
      const database = createDatabase({ appUrl: result.appUrl });
      try {
        await checkAppRole(database);
        const id = '01900000-0000-7000-8000-000000000001';
        await database.withWorkspace(id, (tx) =>
          tx.insertInto('heddle.workspace').values({ id, name: 'Shop' }).execute(),
        );
        expect((await database.pool.query('select workspace_id from heddle.workspace_ids()')).rows).toEqual([
          { workspace_id: id },
        ]);
      } finally {
        await database.close();
      }
    } finally {
      await admin.end();
      await plain.drop();
    }
  });
});
