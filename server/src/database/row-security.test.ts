import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from './new-id.ts';
import { createMigratedDatabase, type MigratedDatabase } from './testing/index.ts';

let db: MigratedDatabase;
let owner: pg.Client;
beforeAll(async () => {
  db = await createMigratedDatabase();
  owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await db.drop();
});

const names = async (sql: string): Promise<string[]> =>
  (await owner.query<{ name: string }>(sql)).rows.map((row) => row.name);
const OURS = `from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'heddle' and c.relkind in ('r', 'p') and c.relname not like 'kysely\\_%'`;
/** Tables that say whose something is, reached through functions alone. */
const ROUTING = ['connection_route', 'privacy_request'];

describe('the catalogue of Postgres', () => {
  it('has row-level security, forced, on every table that the server may touch', async () => {
    expect(
      await names(
        `select c.relname as name ${OURS} and not c.relispartition and not (c.relrowsecurity and c.relforcerowsecurity)`,
      ),
    ).toEqual([]);
    // A partition is read through its parent, whose policies hold; by itself it has none, so the server may not touch it.
    const role = new URL(db.appUrl).username;
    expect(
      await names(
        `select c.relname as name ${OURS} and c.relispartition and has_table_privilege('${role}', c.oid, 'select, insert, update, delete')`,
      ),
    ).toEqual([]);
  });

  it('has the tenant policy for the server role on every table but the routing ones', async () => {
    const role = new URL(db.appUrl).username;
    const without = await names(
      `select c.relname as name ${OURS} and not c.relispartition and not exists (
         select from pg_policies p where p.schemaname = 'heddle' and p.tablename = c.relname and p.policyname = 'app_tenant'
           and p.roles = array['${role}']::name[] and p.cmd = 'ALL' and p.qual like '%app.workspace%' and p.with_check like '%app.workspace%')`,
    );
    expect(without).toEqual(ROUTING);
  });

  it('has the workspace first in every primary key and in every unique key of a tenant table', async () => {
    const wrong = await names(
      `select c.relname || '.' || i.indexrelid::regclass::text as name
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where n.nspname = 'heddle' and (i.indisprimary or i.indisunique) and not c.relispartition and c.relname not like 'kysely\\_%'
         and a.attname <> 'workspace_id' order by 1`,
    );
    // Secrets that are looked up before the workspace is known: random, so that a clash tells nothing. And the workspace itself.
    expect(wrong).toEqual([
      'api_key.heddle.api_key_by_hash',
      'connection_route.heddle.connection_route_pkey',
      'flow_hook.heddle.flow_hook_by_token',
      'privacy_request.heddle.privacy_request_code_key',
      'privacy_request.heddle.privacy_request_payload_hash_key',
      'privacy_request.heddle.privacy_request_pkey',
      'workspace.heddle.workspace_pkey',
    ]);
  });

  it('has the workspace in every foreign key, which row-level security does not guard', async () => {
    expect(
      await names(
        `select k.conname as name from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'heddle' and k.contype = 'f' and not exists (
           select from unnest(k.conkey) as key(number) join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.number where a.attname = 'workspace_id')`,
      ),
    ).toEqual([]);
  });

  it('pins the search path of every function that is not bound when it is made, and opens none to everybody', async () => {
    expect(
      await names(
        `select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'heddle' and ((p.prosqlbody is null and not coalesce(p.proconfig::text, '') like '%search_path=%') or has_function_privilege('public', p.oid, 'execute'))`,
      ),
    ).toEqual([]);
  });

  it('has no view that would run with the rights of its owner', async () => {
    expect(
      await names(
        `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'heddle' and (c.relkind = 'm' or (c.relkind = 'v' and not coalesce(c.reloptions::text, '') like '%security_invoker=true%'))`,
      ),
    ).toEqual([]);
  });

  it('gives the server role nothing but rows', async () => {
    const role = new URL(db.appUrl).username;
    expect(
      await names(
        `select rolname as name from pg_roles where rolname = '${role}' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
      ),
    ).toEqual([]);
    expect(
      await names(
        `select c.relname as name from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = '${role}'`,
      ),
    ).toEqual([]);
    expect(
      await names(
        `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname in ('heddle', 'auth', 'pgboss') and c.relkind in ('r', 'p') and has_table_privilege('${role}', c.oid, 'truncate, references, trigger')`,
      ),
    ).toEqual([]);
  });
});

describe('under the server role', () => {
  const workspace = async () => {
    const id = newId();
    await db.database.withWorkspace(id, (tx) =>
      tx.insertInto('heddle.workspace').values({ id, name: 'Shop' }).execute(),
    );
    return id;
  };

  it('shows nothing without a workspace, not even emptiness', async () => {
    await workspace();
    await expect(db.database.anyWorkspace.selectFrom('heddle.workspace').selectAll().execute()).rejects.toThrow(
      /app\.workspace|uuid/,
    );
  });

  it('shows and changes nothing of another workspace', async () => {
    const [mine, theirs] = [await workspace(), await workspace()];
    const result = await db.database.withWorkspace(mine, async (tx) => ({
      seen: await tx.selectFrom('heddle.workspace').select('id').execute(),
      changed: (
        await tx.updateTable('heddle.workspace').set({ name: 'Mine now' }).where('id', '=', theirs).executeTakeFirst()
      ).numUpdatedRows,
    }));
    expect(result).toEqual({ seen: [{ id: mine }], changed: 0n });
  });

  it('writes nothing into another workspace', async () => {
    const [mine, theirs] = [await workspace(), await workspace()];
    const write = db.database.withWorkspace(mine, (tx) =>
      tx.insertInto('heddle.member').values({ workspace_id: theirs, member_id: 'm', role: 'owner' }).execute(),
    );
    await expect(write).rejects.toMatchObject({ code: '42501' });
  });

  it('forgets the workspace with the transaction, also of a connection that is used again', async () => {
    const mine = await workspace();
    const pool = new pg.Pool({ connectionString: db.appUrl, max: 1 });
    try {
      const client = await pool.connect();
      await client.query('begin');
      await client.query(`select set_config('app.workspace', $1, true)`, [mine]);
      await client.query('rollback');
      client.release();
      await expect(pool.query('select * from heddle.workspace')).rejects.toThrow(/app\.workspace|uuid/);
    } finally {
      await pool.end();
    }
  });

  it('may not empty a table', async () => {
    await expect(db.database.pool.query('truncate heddle.audit')).rejects.toMatchObject({ code: '42501' });
  });
});
