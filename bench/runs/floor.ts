import type pg from 'pg';
import { newId } from '../../server/src/database/index.ts';
import type { RuntimeFixture } from '../../server/src/runtime/testing/runtime-fixture.ts';
import type { TransactionCounts } from './count-transactions.ts';

/** Events per commit of the product's ingest in this benchmark. */
const BATCH = 500;
const CHECKPOINTS_PER_RUN = 2;
/** As many as the pool has connections. */
const CLIENTS = 20;

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

const LOAD = `
  insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, username, last_event_at) values ($1, $2, $3, 'instagram', $4, $4, now())`;

const COUNT = (names: string): string => `
  insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
  select $1, $2, current_date, n.node, n.what, $3, 1 from (values ${names}) n(node, what)
  on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + 1`;

const BEGIN = `
  with run as (
    insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_id, event_at, trigger_node, trigger_type, bindings, status,
      snapshot, snapshot_version, node_runs, started_at)
    values ($1, $4, $2, 1, $5, $6, $7, now(), 'asked', 'test/comment-received', $8::jsonb, 'running', $9::jsonb, 1, 2, now())),
  node_run as (
    insert into heddle.node_run (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, started_at, ended_at)
    values ($1, $10, $4, $2, 'before', 'test/tag', 1, 1, 'succeeded', 'done', $11::jsonb, $12::jsonb, now(), now())),
  outbox as (
    insert into heddle.outbox (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary, attempts,
      created_at, sending_at)
    values ($1, $13, $4, $2, 'reply', 1, '1', $14, $6, 'sending', 'commentReply', $15, $16::jsonb, 'Sent!', 1, now(), now())),
  event as (
    update heddle.inbound_event set state = 'completed', run_ids = array[$4::uuid], contact_id = $6, attempts = 1 where workspace_id = $1 and id = $7),
  contact as (update heddle.contact set tags = '{a}' where workspace_id = $1 and id = $6)
  ${COUNT(`('', 'started'), ('asked', 'port:matched'), ('before', 'port:done')`)}`;

const END = `
  with run as (
    update heddle.run set status = 'succeeded', snapshot = $5::jsonb, snapshot_version = 2, node_runs = 4, ended_at = now() where workspace_id = $1 and id = $4),
  node_run as (
    insert into heddle.node_run (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, started_at, ended_at)
    select $1, n.id, $4, $2, n.node, 'test/send', 1, 1, 'succeeded', 'sent', $8::jsonb, $9::jsonb, now(), now()
    from (values ($6::uuid, 'reply'), ($7::uuid, 'after')) n(id, node)),
  outbox as (
    update heddle.outbox set state = 'sent', platform_id = $10::text, receipt = jsonb_build_object('platformId', $10::text), settled_at = now()
    where workspace_id = $1 and id = $11),
  contact as (update heddle.contact set tags = '{a,b}' where workspace_id = $1 and id = $12),
  subject as (update heddle.subject set ready_at = null, lease_until = null, lane = 1 where workspace_id = $1 and key = $13)
  ${COUNT(`('reply', 'sent'), ('', 'sent'), ('reply', 'port:sent'), ('after', 'port:done'), ('', 'succeeded')`)}`;

/**
 * Does what the product did for as many runs, by bare statements.
 *
 * @param counts How many transactions the product needed; ones per claim are spread likewise.
 * @returns Milliseconds.
 */
export async function runFloor(
  pool: pg.Pool,
  fixture: RuntimeFixture,
  runs: number,
  counts: TransactionCounts,
): Promise<number> {
  const { rows } = await pool.query<Sample>(SAMPLE);
  const [sample] = rows;
  if (sample === undefined) throw new Error('The product has completed no run');
  const checkpoints = (counts.byKind.get('heddle-checkpoint') ?? 0) / runs;
  if (Math.round(checkpoints) !== CHECKPOINTS_PER_RUN)
    throw new Error(`The product made ${checkpoints} checkpoints per run, not ${CHECKPOINTS_PER_RUN}; adapt the floor`);
  const claimSize = Math.max(1, Math.round(runs / Math.max(1, counts.byKind.get('heddle-claim') ?? 1)));
  const { connectionId } = fixture;
  // Beside the product's rows, in the same tables.
  const workspaceId = newId();
  await pool.query(`insert into heddle.workspace (id, name) values ($1, 'Floor')`, [workspaceId]);
  const flowId = newId();
  const startedMs = performance.now();
  const items = Array.from({ length: runs }, () => ({ id: newId(), key: newId() }));
  for (let from = 0; from < runs; from += BATCH) {
    const batch = items.slice(from, from + BATCH);
    const values = [workspaceId, batch.map((item) => item.id), batch.map((item) => item.key), connectionId];
    await pool.query({ name: 'floor-ingest', text: INGEST, values: [...values, sample.contact, sample.data] });
  }
  const claims: (typeof items)[] = [];
  for (let from = 0; from < runs; from += claimSize) claims.push(items.slice(from, from + claimSize));
  const queue: { id: string; key: string }[] = [];
  const next = async (): Promise<{ id: string; key: string } | undefined> => {
    const claim = queue.length === 0 ? claims.shift() : undefined;
    if (claim !== undefined) {
      const keys = claim.map((item) => subject(connectionId, item.key));
      await pool.query({ name: 'floor-claim', text: CLAIM, values: [workspaceId, keys] });
      queue.push(...claim);
    }
    return queue.shift();
  };
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, slot) => {
      for (let item = await next(); item !== undefined; item = await next())
        await runOne(pool, { workspaceId, connectionId, flowId, slot }, item, sample);
    }),
  );
  return performance.now() - startedMs;
}

function subject(connectionId: string, key: string): string {
  return `contact:${connectionId}:${key}`;
}

async function runOne(
  pool: pg.Pool,
  {
    workspaceId,
    connectionId,
    flowId,
    slot,
  }: { workspaceId: string; connectionId: string; flowId: string; slot: number },
  { id, key }: { id: string; key: string },
  sample: Sample,
): Promise<void> {
  const [contactId, runId, first, second, third, outboxId] = [newId(), newId(), newId(), newId(), newId(), newId()];
  const { snapshot, bindings, input, output, action } = sample;
  await pool.query({ name: 'floor-load', text: LOAD, values: [workspaceId, contactId, connectionId, key] });
  const begin = [
    workspaceId,
    flowId,
    slot,
    runId,
    subject(connectionId, key),
    contactId,
    id,
    bindings,
    snapshot,
    first,
  ];
  await pool.query({
    name: 'floor-begin',
    text: BEGIN,
    values: [...begin, input, output, outboxId, connectionId, key, action],
  });
  const end = [workspaceId, flowId, slot, runId, snapshot, second, third, input, output, `m-${key}`, outboxId];
  await pool.query({ name: 'floor-end', text: END, values: [...end, contactId, subject(connectionId, key)] });
}
