import type { InboundEvent } from '@heddle/schemas';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../database/index.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../database/testing/index.ts';
import { createRuntimeMetrics } from '../metrics.ts';
import { createIngest, type Ingest } from './ingest.ts';

let databaseOf: MigratedDatabase;
let ingest: Ingest;
let wakes = 0;
const workspaceId = newId();
const connectionId = newId();

beforeAll(async () => {
  databaseOf = await createMigratedDatabase();
  ingest = createIngest({
    pool: databaseOf.database.pool,
    clock: { nowMs: () => Date.UTC(2026, 10, 21) },
    metrics: createRuntimeMetrics(new Registry()),
    places: { reserve: () => 0, begin: () => undefined },
    leaseMs: 15_000,
    paceMs: 0,
    onLeft: () => (wakes += 1),
  });
});
afterAll(() => databaseOf.drop());

const comment = (key: string, from: string, text = 'price?'): InboundEvent => ({
  kind: 'instagram/comment',
  key,
  occurredAtMs: Date.UTC(2026, 10, 20),
  contact: { platformId: from, username: `user_${from}` },
  data: { commentId: key, text },
});
const accept = (...events: InboundEvent[]) =>
  ingest.accept(
    workspaceId,
    events.map((event) => ({ event, platform: 'instagram', connectionId })),
  );
const count = (table: 'inbound_event' | 'subject', workspace = workspaceId) =>
  databaseOf.database.withWorkspace(
    workspace,
    async (tx) =>
      (await sql<{ n: number }>`select count(*)::int as n from ${sql.table(`heddle.${table}`)}`.execute(tx)).rows[0]?.n,
  );

it('stores each key once, in batches and across them, and shares commits', async () => {
  const [first, second] = await Promise.all([
    accept(comment('c1', '1'), comment('c1', '1')),
    accept(comment('c1', '1'), comment('c2', '2')),
  ]);
  expect([...first, ...second].filter((id) => id !== null)).toHaveLength(2);
  expect(await accept(comment('c2', '2'))).toEqual([null]);
  expect(await count('inbound_event')).toBe(2);
  expect(await count('subject')).toBe(2);
  expect(wakes).toBe(1);
});

it('takes text that jsonb refuses', async () => {
  const [id] = await accept(comment('c\u0000 3', '3', 'a\u0000b \ud800 \ud83d\ude00'));
  expect(id).not.toBeNull();
});

it('shows nothing to another workspace', async () => {
  expect(await count('inbound_event', newId())).toBe(0);
});

it.each([0, 1e300, Number.NaN, Date.UTC(2027, 0, 1)])('takes our time for the time %s', async (occurredAtMs) => {
  const [id] = await accept({ ...comment(`time ${occurredAtMs}`, '4'), occurredAtMs });
  const { rows } = await databaseOf.database.withWorkspace(workspaceId, (tx) =>
    sql<{ at: Date }>`select occurred_at as at from heddle.inbound_event where id = ${id}`.execute(tx),
  );
  expect(rows[0]?.at.getTime()).toBe(Date.UTC(2026, 10, 21));
});

it('keeps what arrived together with something that no index takes', async () => {
  const endless = Array.from({ length: 20_000 }, (_, index) => (index * 7919).toString(36)).join('');
  const [odd, sound] = await Promise.allSettled([accept(comment('c5', endless)), accept(comment('c6', '6'))]);
  expect(odd).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
  expect(sound).toMatchObject({ status: 'fulfilled', value: [expect.any(String)] });
});
