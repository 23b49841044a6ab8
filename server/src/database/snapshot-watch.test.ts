import pg from 'pg';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../log/index.ts';
import { startSnapshotWatch, type SnapshotWatch } from './snapshot-watch.ts';
import { createMigratedDatabase, type MigratedDatabase } from './testing/index.ts';

let db: MigratedDatabase;
let metrics: Registry;
let lines: string[];
const watches: SnapshotWatch[] = [];
beforeEach(async () => {
  db = await createMigratedDatabase();
  metrics = new Registry();
  lines = [];
  return async () => {
    for (const watch of watches.splice(0)) watch.stop();
    await db.drop();
  };
});

const start = (alarmAfterSeconds: number): SnapshotWatch => {
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } });
  const watch = startSnapshotWatch({ database: db.database, metrics, log, alarmAfterSeconds });
  watches.push(watch);
  return watch;
};
const gauge = async () => /^heddle_oldest_snapshot_seconds (\S+)$/m.exec(await metrics.metrics())?.[1];

/** A report that reads in one snapshot, by another role than the server's. */
async function hold(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: db.ownerUrl, application_name: 'a long report' });
  client.on('error', () => undefined); // the database may be dropped under it
  await client.connect();
  await client.query('begin isolation level repeatable read');
  await client.query('select count(*) from heddle.workspace');
  return client;
}

let holder: pg.Client | undefined;
afterEach(() => holder?.end());

it('says once that a transaction stays open, and when it is over', async () => {
  const watch = start(0);
  await watch.look();
  expect([watch.warning(), await gauge(), lines]).toEqual([null, '0', []]);
  holder = await hold();
  await watch.look();
  await watch.look();
  expect(watch.warning()).toMatch(/^A transaction has been open for \d+ s; Postgres cannot clean up behind it$/);
  expect(Number(await gauge())).toBeGreaterThan(0);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'warn', application: 'a long report' }]);
  await holder.query('commit');
  await watch.look();
  expect([watch.warning(), await gauge(), lines.length]).toEqual([null, '0', 2]);
});

it('does not mind a short one', async () => {
  const watch = start(3_600);
  holder = await hold();
  await watch.look();
  expect([watch.warning(), lines]).toEqual([null, []]);
  expect(Number(await gauge())).toBeGreaterThan(0);
});
