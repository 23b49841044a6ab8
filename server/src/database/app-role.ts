import { hkdfSync } from 'node:crypto';
import type pg from 'pg';

/** Schemas that the server's role may use. */
const SCHEMAS = ['heddle', 'auth', 'pgboss'];

/** The role the server connects as, and how. */
export interface AppRole {
  readonly name: string;
  readonly password: string;
}

/**
 * The server's role for a database: `<database>_app` unless named. Its password comes from the OLDEST key, so that adding a key at the
 * front of HEDDLE_KEYS changes nothing here and several processes agree without telling one another.
 *
 * @param keys 32 bytes each, newest first; at least one.
 */
export function appRoleFor(ownerUrl: string, keys: readonly Uint8Array[], name?: string): AppRole {
  const database = decodeURIComponent(new URL(ownerUrl).pathname.slice(1));
  // Postgres cuts names at 63 bytes; a database name that long keeps its own end free for the suffix.
  const role = name ?? `${database.slice(0, 59)}_app`;
  const oldest = keys.at(-1);
  if (oldest === undefined) throw new TypeError('The key ring is empty');
  const bytes = hkdfSync('sha256', oldest, '', `heddle app role ${role}`, 32);
  return { name: role, password: Buffer.from(bytes).toString('base64url') };
}

/** The URL of the same database for the server's role. */
export function appUrlFor(ownerUrl: string, role: AppRole): string {
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(role.name);
  url.password = encodeURIComponent(role.password);
  return url.href;
}

/** Creates the role or brings it to what it must be: log in and nothing else. The caller holds the migration lock. */
export async function ensureAppRole(owner: pg.Client, role: AppRole): Promise<void> {
  const name = owner.escapeIdentifier(role.name);
  const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [role.name]);
  if (!rowCount) await owner.query(`create role ${name} login`);
  // A new role has no other right; one that was there already is brought back to none as far as we may.
  const { rows } = await owner.query<{ is_super: boolean }>(
    'select rolsuper as is_super from pg_roles where rolname = current_user',
  );
  const rights = rows[0]?.is_super ? 'nosuperuser nobypassrls nocreatedb nocreaterole' : 'nocreaterole';
  await owner.query(`alter role ${name} login noinherit ${rights} password ${owner.escapeLiteral(role.password)}`);
  const database = owner.escapeIdentifier(
    (await owner.query<{ name: string }>('select current_database() as name')).rows[0]?.name ?? '',
  );
  await owner.query(`grant connect on database ${database} to ${name}`);
}

/**
 * Gives the role what the server needs and no more: rows, not definitions; no TRUNCATE, no REFERENCES, nothing on single partitions
 * (row-level security guards a partitioned table only through its parent). Points the tenants' policies to this role, which matters when
 * a dump was restored under another name.
 */
export async function grantToAppRole(owner: pg.Client, role: AppRole): Promise<void> {
  await owner.query(
    GRANT_SQL.replaceAll(':role_literal', owner.escapeLiteral(role.name)).replaceAll(
      ':schemas',
      SCHEMAS.map((schema) => owner.escapeLiteral(schema)).join(', '),
    ),
  );
}

const GRANT_SQL = `
do $do$
declare
  item record;
  app constant text := :role_literal;
begin
  for item in select nspname from pg_namespace where nspname in (:schemas) loop
    execute format('grant usage on schema %I to %I', item.nspname, app);
    execute format('revoke all on all functions in schema %I from public', item.nspname);
    execute format('grant execute on all functions in schema %I to %I', item.nspname, app);
    execute format('grant usage, select on all sequences in schema %I to %I', item.nspname, app);
  end loop;
  for item in
    select c.oid::regclass as target, c.relispartition, n.nspname, c.relname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in (:schemas) and c.relkind in ('r', 'p', 'v')
  loop
    if item.relname like 'kysely\\_%' then continue; end if;
    if item.nspname = 'heddle' and item.relispartition then
      execute format('revoke all on %s from %I', item.target, app);
    else
      execute format('grant select, insert, update, delete on %s to %I', item.target, app);
    end if;
  end loop;
  for item in
    select format('%I.%I', schemaname, tablename) as target from pg_policies
    where schemaname = 'heddle' and policyname = 'app_tenant' and roles <> array[app]::name[]
  loop
    execute format('alter policy app_tenant on %s to %I', item.target, app);
  end loop;
end $do$`;
