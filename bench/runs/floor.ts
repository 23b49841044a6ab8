import pg from 'pg';
import { newId } from '../../server/src/database/index.ts';
import type { RuntimeFixture } from '../../server/src/runtime/testing/runtime-fixture.ts';
import type { TransactionCounts } from './count-transactions.ts';

/** Events per commit of the product's ingest in this benchmark. */
const BATCH = 500;
const CHECKPOINTS_PER_RUN = 2;
/** Enough that both cores are busy with them all the time; more made it no faster. */
const CLIENTS = 6;

/** Rows as the product wrote them, so that the floor writes rows of the same size. */
interface Sample {
  readonly snapshot: string;
  readonly bindings: string;
  readonly input: string;
  readonly output: string;
  readonly action: string;
  readonly data: string;
  readonly contact: string;
}

const SAMPLE = `
  select r.snapshot::text, r.bindings::text, n.input::text, n.output::text, o.action::text, e.data::text, e.contact::text
  from heddle.run r
  join heddle.node_run n on n.run_id = r.id join heddle.outbox o on o.run_id = r.id join heddle.inbound_event e on e.id = r.event_id
  where r.status = 'succeeded' limit 1`;

const INGEST = `
  with item as (select id, key from unnest($2::uuid[], $3::text[]) as i(id, key)),
  keys as (insert into heddle.event_key (workspace_id, source_id, key, event_id) select $1, $4, key, id from item),
  events as (
    insert into heddle.inbound_event (workspace_id, id, connection_id, platform, kind, key, subject, contact, data, occurred_at, received_at)
    select $1, id, $4, 'instagram', 'instagram/comment', key, 'contact:' || $4::uuid || ':' || key, $5::jsonb, $6::jsonb, now(), now() from item)
  insert into heddle.subject (workspace_id, key, ready_at) select $1, 'contact:' || $4::uuid || ':' || key, now() from item`;

const CLAIM = `update heddle.subject set lease_until = now() + interval '15 s', fence = fence + 1 where workspace_id = $1 and key = any ($2)`;

/** The first line tells Postgres the types of the parameters, of which not every statement uses each. */
const ITEM = `
  with types as (select $1::uuid, $2::uuid, $3::smallint, $12::uuid, $13::jsonb, $14::jsonb, $15::jsonb, $16::jsonb, $17::jsonb),
  item as materialized (
    select * from unnest($4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[])
      as i(event_id, key, contact_id, run_id, first_id, second_id, third_id, outbox_id))`;

const count = (names: string): string => `
  insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
  select $1, $2, current_date, n.node, n.what, $3, (select count(*) from item) from (values ${names}) n(node, what)
  on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + excluded.amount`;

const BEGIN = `${ITEM},
  contact as (
    insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, username, last_event_at, tags)
    select $1, i.contact_id, $12, 'instagram', i.key, i.key, now(), '{a}' from item i),
  run as (
    insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_id, event_at, trigger_node, trigger_type, bindings, status,
      snapshot, snapshot_version, node_runs, started_at)
    select $1, i.run_id, $2, 1, 'contact:' || $12::uuid || ':' || i.key, i.contact_id, i.event_id, now(), 'asked', 'test/comment-received', $13::jsonb, 'running',
      $14::jsonb, 1, 2, now() from item i),
  node_run as (
    insert into heddle.node_run (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, started_at, ended_at)
    select $1, i.first_id, i.run_id, $2, 'before', 'test/tag', 1, 1, 'succeeded', 'done', $15::jsonb, $16::jsonb, now(), now() from item i),
  outbox as (
    insert into heddle.outbox (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary, attempts,
      created_at, sending_at)
    select $1, i.outbox_id, i.run_id, $2, 'reply', 1, '1', $12, i.contact_id, 'sending', 'commentReply', i.key, $17::jsonb, 'Sent!', 1, now(), now() from item i),
  event as (
    update heddle.inbound_event e set state = 'completed', run_ids = array[i.run_id], contact_id = i.contact_id, attempts = 1
    from item i where e.workspace_id = $1 and e.id = i.event_id)
  ${count(`('', 'started'), ('asked', 'port:matched'), ('before', 'port:done')`)}`;

const END = `${ITEM},
  run as (
    update heddle.run r set status = 'succeeded', snapshot = $14::jsonb, snapshot_version = 2, node_runs = 4, ended_at = now()
    from item i where r.workspace_id = $1 and r.id = i.run_id),
  node_run as (
    insert into heddle.node_run (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, started_at, ended_at)
    select $1, n.id, i.run_id, $2, n.node, 'test/send', 1, 1, 'succeeded', 'sent', $15::jsonb, $16::jsonb, now(), now()
    from item i cross join lateral (values (i.second_id, 'reply'), (i.third_id, 'after')) n(id, node)),
  outbox as (
    update heddle.outbox o set state = 'sent', platform_id = i.key, receipt = jsonb_build_object('platformId', i.key), settled_at = now()
    from item i where o.workspace_id = $1 and o.id = i.outbox_id),
  contact as (update heddle.contact c set tags = '{a,b}' from item i where c.workspace_id = $1 and c.id = i.contact_id),
  subject as (
    update heddle.subject s set ready_at = null, lease_until = null, lane = 1
    from item i where s.workspace_id = $1 and s.key = 'contact:' || $12::uuid || ':' || i.key)
  ${count(`('reply', 'sent'), ('', 'sent'), ('reply', 'port:sent'), ('after', 'port:done'), ('', 'succeeded')`)}`;

/** Index look-ups whatever the size of the tables, as the product's functions have it. */
const SETTINGS = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']
  .map((name) => `set ${name} = off`)
  .join('; ');

/** What one run of the floor makes. */
interface Item {
  readonly id: string;
  readonly key: string;
}

/**
 * Does what the product did for as many runs, by bare statements: as many turns in a transaction as the product had on average.
 *
 * @param counts How many transactions the product needed.
 * @returns Milliseconds, and how many turns there were in a transaction.
 */
export async function runFloor(
  url: string,
  fixture: RuntimeFixture,
  runs: number,
  counts: TransactionCounts,
): Promise<{ tookMs: number; turnsPerCommit: number }> {
  const pool = new pg.Pool({ connectionString: url, max: CLIENTS });
  pool.on('connect', (client) => void client.query(SETTINGS));
  try {
    const sample = await readSample(pool);
    const perCommit = (kind: string, times: number): number =>
      Math.max(1, Math.round((runs * times) / Math.max(1, counts.byKind.get(kind) ?? 0)));
    const turnsPerCommit = perCommit('heddle-checkpoint', CHECKPOINTS_PER_RUN);
    const claimSize = perCommit('heddle-claim', 1);
    const { connectionId } = fixture;
    // Beside the product's rows, in the same tables.
    const workspaceId = newId();
    await pool.query(`insert into heddle.workspace (id, name) values ($1, 'Floor')`, [workspaceId]);
    const flowId = newId();
    const startedMs = performance.now();
    const items = Array.from({ length: runs }, () => ({ id: newId(), key: newId() }));
    for (const batch of chunks(items, BATCH)) {
      const values = [workspaceId, batch.map((item) => item.id), batch.map((item) => item.key), connectionId];
      await pool.query({ name: 'floor-ingest', text: INGEST, values: [...values, sample.contact, sample.data] });
    }
    const claims = chunks(items, claimSize);
    const queue: Item[] = [];
    const work = async (slot: number): Promise<void> => {
      for (;;) {
        const claim = queue.length < turnsPerCommit ? claims.shift() : undefined;
        if (claim !== undefined) {
          const keys = claim.map((item) => `contact:${connectionId}:${item.key}`);
          await pool.query({ name: 'floor-claim', text: CLAIM, values: [workspaceId, keys] });
          queue.push(...claim);
        }
        const group = queue.splice(0, turnsPerCommit);
        if (group.length > 0) await runGroup(pool, { workspaceId, connectionId, flowId, slot }, group, sample);
        else if (claims.length === 0) return;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, slot) => work(slot)));
    return { tookMs: performance.now() - startedMs, turnsPerCommit };
  } finally {
    await pool.end();
  }
}

async function readSample(pool: pg.Pool): Promise<Sample> {
  const { rows } = await pool.query<Sample>(SAMPLE);
  const [sample] = rows;
  if (sample === undefined) throw new Error('The product has completed no run');
  return sample;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

interface Place {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly flowId: string;
  readonly slot: number;
}

async function runGroup(pool: pg.Pool, place: Place, group: readonly Item[], sample: Sample): Promise<void> {
  const { workspaceId, connectionId, flowId, slot } = place;
  const { bindings, snapshot, input, output, action } = sample;
  const ids = (): string[] => group.map(() => newId());
  const items = [group.map((item) => item.id), group.map((item) => item.key), ids(), ids(), ids(), ids(), ids(), ids()];
  const values = [workspaceId, flowId, slot, ...items, connectionId, bindings, snapshot, input, output, action];
  await pool.query({ name: 'floor-begin', text: BEGIN, values });
  await pool.query({ name: 'floor-end', text: END, values });
}
