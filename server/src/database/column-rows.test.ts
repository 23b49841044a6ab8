import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packRows, toArrayText, type Columns, type RowOf } from './column-rows.ts';
import { createMigratedDatabase, type MigratedDatabase } from './testing/index.ts';

let db: MigratedDatabase;
let client: pg.Client;
beforeAll(async () => {
  db = await createMigratedDatabase();
  client = new pg.Client({ connectionString: db.ownerUrl });
  await client.connect();
  await client.query(
    `create type probe as (a integer[], b bigint[], c double precision[], d boolean[], e text[], f uuid[], g timestamptz[], h jsonb[])`,
  );
});
afterAll(async () => {
  await client.end();
  await db.drop();
});

const COLUMNS = {
  a: 'integer',
  b: 'bigint',
  c: 'number',
  d: 'boolean',
  e: 'text',
  f: 'uuid',
  g: 'moment',
  h: 'json',
} as const satisfies Columns;

/** Rows as Postgres reads them. */
async function throughPostgres(rows: readonly RowOf<typeof COLUMNS>[]): Promise<unknown[]> {
  const read = Object.keys(COLUMNS).map((name) => `unnest((p.r).${name}) as ${name}`);
  const answer = await client.query<{ row: unknown }>(
    `select to_jsonb(r) - 'g' || jsonb_build_object('g', extract(epoch from r.g) * 1000) as row
     from (select ${read.join(', ')} from (select $1::probe as r) p) r`,
    [packRows(COLUMNS, rows)],
  );
  return answer.rows.map(({ row }) => row);
}

const NOTHING = { a: null, b: null, c: null, d: null, e: null, f: null, g: null, h: null };

it('brings every type of value to Postgres unchanged', async () => {
  const rows = [
    {
      a: -7,
      b: 9_007_199_254_740_991,
      c: -0.125,
      d: true,
      e: 'Grüße 👋 "quoted" \\ {a,b} null',
      f: '01a22c61-2b93-7000-af3e-fb3c92e228b2',
      g: 1_764_504_000_123,
      h: { text: 'ü"\\', list: [1, null, false], deep: { a: '' } },
    },
    { a: 2 ** 31 - 1, b: -1, c: 1e300, d: false, e: '', f: 'ffffffff-ffff-ffff-ffff-ffffffffffff', g: -1, h: 'text' },
    { a: 0, b: 0, c: 0, d: false, e: 'x'.repeat(100_000), f: '00000000-0000-0000-0000-000000000000', g: 0, h: 0 },
  ];
  expect(await throughPostgres(rows)).toEqual(rows);
});

it('makes null of what is null, undefined or missing', async () => {
  expect(await throughPostgres([{}, NOTHING, { a: undefined, e: 'here' }])).toEqual([
    NOTHING,
    NOTHING,
    { ...NOTHING, e: 'here' },
  ]);
});

it('takes texts that Postgres has no place for', async () => {
  expect(await throughPostgres([{ e: 'a\0b\ud800c' }])).toEqual([{ ...NOTHING, e: 'ab\ufffdc' }]);
});

it('takes whole numbers as text, as Postgres gives them', async () => {
  expect(await throughPostgres([{ b: '4294967296' }, { b: '-4294967297' }])).toEqual([
    { ...NOTHING, b: 4_294_967_296 },
    { ...NOTHING, b: -4_294_967_297 },
  ]);
});

it.each([
  [{ f: 'no-uuid' }, 'Column f needs a UUID, not "no-uuid".'],
  [{ f: '01a22c61-2b93-7000-af3e-fb3c92e228bg' }, 'Column f needs a UUID, not "01a22c61-2b93-7000-af3e-fb3c92e228bg".'],
  [{ b: '9007199254740993' }, 'Column b needs a whole number below 2^53, not 9007199254740992.'],
  [{ g: Number.NaN }, 'Column g needs a number, not number.'],
])('refuses %j', (row, message) => {
  expect(() => packRows(COLUMNS, [row])).toThrow(new TypeError(message));
});

it('writes an array of texts as one text', async () => {
  const texts = ['a', '', 'b,c', '{"d"}', "e'\\f", 'NULL', 'g\nh'];
  const { rows } = await client.query<{ back: string[] }>('select $1::text::text[] as back', [toArrayText(texts)]);
  expect(rows[0]?.back).toEqual(texts);
  expect(toArrayText([])).toBe('{}');
});
