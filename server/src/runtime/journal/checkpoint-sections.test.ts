import pg from 'pg';
import { expect, it } from 'vitest';
import type { Columns } from '../../database/column-rows.ts';
import { createMigratedDatabase } from '../../database/testing/index.ts';
import { INBOUND_COLUMNS } from '../ingest/ingest.ts';
import { CHECKPOINT_SECTIONS } from './checkpoint-sections.ts';

const SQL_TYPES: Readonly<Record<string, string>> = {
  number: 'double precision',
  moment: 'timestamp with time zone',
  json: 'jsonb',
};

/** `nodeRuns` is `node_run_rows`. */
function typeOf(section: string): string {
  return `${section.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/s$/, '')}_rows`;
}

it('has the kinds of rows and their columns as the database declares them', async () => {
  const db = await createMigratedDatabase();
  const owner = new pg.Client({ connectionString: db.ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ type: string; columns: string[] }>(
      `select c.relname as type, array_agg(a.attname || ' ' || format_type(a.atttypid, null) order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
       where n.nspname = 'heddle' and c.relkind = 'c' group by c.relname`,
    );
    const sections: [string, Columns][] = Object.entries({ ...CHECKPOINT_SECTIONS, inbound: INBOUND_COLUMNS });
    const ours = sections.map(([section, columns]) => [
      typeOf(section),
      Object.entries(columns).map(([name, type]) => `${name} ${SQL_TYPES[type] ?? type}[]`),
    ]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(rows.map(({ type, columns }) => [type, columns])));
  } finally {
    await owner.end();
    await db.drop();
  }
});
