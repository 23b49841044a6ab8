import pg from 'pg';

/**
 * Our schema as SQL text: tables, keys, indexes, policies, functions. Sorted, so that equal schemas give equal texts. Partitions are left
 * out, because which there are depends on the month; so are the tables of the libraries.
 *
 * @param url The owner's URL of a migrated database. @param appRole Its server role, written as `app` here.
 */
export async function describeSchema(url: string, appRole: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const parts: string[] = [
      '-- What the migrations make, for reading and for comparing. Written by `node server/src/database/testing/write-schema-file.ts`; do not edit.\n',
    ];
    const text = async (sql: string): Promise<string[]> =>
      (await client.query<{ text: string }>(sql)).rows.map((row) => row.text);
    const tables = await client.query<{ oid: number; name: string; strategy: string | null; options: string | null }>(
      `select c.oid, c.oid::regclass::text as name, pg_get_partkeydef(c.oid) as strategy, array_to_string(c.reloptions, ', ') as options ${OUR_TABLES} order by 2`,
    );
    for (const { oid, name, strategy, options } of tables.rows) {
      const columns = await text(
        `select format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then ' not null' else '' end,
           coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as text
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped order by a.attnum`,
      );
      // From 18 on Postgres lists "not null" as a constraint too; it is in the columns already.
      const constraints = await text(
        `select format('  constraint %I %s', conname, pg_get_constraintdef(oid)) as text from pg_constraint where conrelid = ${oid} and contype in ('p', 'u', 'f', 'c') order by contype, conname`,
      );
      const security = await text(
        `select concat_ws(', ', case when relrowsecurity then 'enabled' end, case when relforcerowsecurity then 'forced' end) as text from pg_class where oid = ${oid}`,
      );
      parts.push(
        `create table ${name} (\n${[...columns, ...constraints].join(',\n')}\n)${strategy === null ? '' : ` partition by ${strategy}`}${options === null ? '' : ` with (${options})`};`,
      );
      parts.push(`-- row-level security: ${security[0] || 'none'}`);
      parts.push(
        ...(await text(
          `select format('create policy %I on ${name} to %s using (%s) with check (%s);', polname,
             (select string_agg(case when r.rolname = '${appRole}' then 'app' else 'owner' end, ', ') from pg_roles r where r.oid = any(polroles)),
             pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) as text from pg_policy where polrelid = ${oid} order by polname`,
        )),
        ...(await text(
          `select pg_get_indexdef(indexrelid) || ';' as text from pg_index i where indrelid = ${oid}
             and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u')) order by 1`,
        )),
        '',
      );
    }
    const functions = await text(
      `select pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'heddle' order by p.proname, p.oid::regprocedure::text`,
    );
    parts.push(...functions.map((definition) => `${definition.trimEnd()};\n`));
    return `${parts.join('\n').trimEnd()}\n`;
  } finally {
    await client.end();
  }
}

const OUR_TABLES = `from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'heddle' and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'kysely\\_%'`;
