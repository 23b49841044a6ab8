import type pg from 'pg';
import type { RuntimeFixture } from '../../server/src/runtime/testing/runtime-fixture.ts';

/** Rows per statement: more make no difference, fewer cost round trips. */
const CHUNK = 50_000;

/** Ids of copies sort as if made now, so partitioned tables take them. Person n of `timer` is called `timer-n`. */
const CLONE = `
  with one as (
    select r.*, c.id as person_id, w.position, w.node, w.kind, w.spec, w.due_at, w.node_run_id, w.created_at as waits_since
    from heddle.contact c join heddle.run r on r.contact_id = c.id join heddle.wait w on w.run_id = r.id
    where c.workspace_id = $1 and c.platform_id = $3),
  copy as materialized (
    select n, $3 || '-' || n as person, 'contact:' || $2 || ':' || $3 || '-' || n as key, heddle.new_id(now()) as contact_id, heddle.new_id(now()) as run_id
    from generate_series($4::integer, $5::integer) n),
  people as (
    insert into heddle.contact (workspace_id, id, connection_id, platform, platform_id, last_event_at)
    select $1, copy.contact_id, $2::uuid, 'instagram', copy.person, now() from copy),
  mailboxes as (
    insert into heddle.subject (workspace_id, key, ready_at, lane) select $1, copy.key, one.due_at + copy.n * interval '1 ms', 1 from copy, one),
  runs as (
    insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_at, trigger_node, trigger_type, bindings, status, snapshot,
      snapshot_version, node_runs, started_at)
    select $1, copy.run_id, one.flow_id, one.flow_version, copy.key, copy.contact_id, one.event_at, one.trigger_node, one.trigger_type, one.bindings, one.status,
      one.snapshot, 1, one.node_runs, one.started_at from copy, one
    returning id)
  select count(*) from runs`;

/** The waits in a statement of their own: they refer to the runs. */
const CLONE_WAITS = `
  insert into heddle.wait (workspace_id, run_id, position, subject, flow_id, node, kind, spec, due_at, created_at)
  select $1, r.id, w.position, r.subject, r.flow_id, w.node, w.kind, w.spec, w.due_at, w.created_at
  from heddle.wait w join heddle.run o on o.id = w.run_id join heddle.contact c on c.id = o.contact_id
  join heddle.run r on r.workspace_id = $1 and r.subject = any ($3)
  where c.workspace_id = $1 and c.platform_id = $2`;

/** Copies the waiting run of a person, with contact, mailbox and wait, for `count` other people. */
export async function cloneRuns(
  owner: pg.Pool,
  { workspaceId, connectionId }: RuntimeFixture,
  { from, count }: { from: string; count: number },
): Promise<void> {
  for (let first = 1; first <= count; first += CHUNK) {
    const last = Math.min(count, first + CHUNK - 1);
    await owner.query(CLONE, [workspaceId, connectionId, from, first, last]);
    const keys = Array.from(
      { length: last - first + 1 },
      (_, index) => `contact:${connectionId}:${from}-${first + index}`,
    );
    await owner.query(CLONE_WAITS, [workspaceId, from, keys]);
  }
}

/** Sets what the product reads of a wait's end: the snapshot, the wait and the alarm of the mailbox; within one second of `atMs`. */
export async function makeDue(
  owner: pg.Pool,
  { workspaceId, connectionId }: RuntimeFixture,
  { from, first, last, atMs }: { from: string; first: number; last: number; atMs: number },
): Promise<void> {
  const keys = Array.from(
    { length: last - first + 1 },
    (_, index) => `contact:${connectionId}:${from}-${first + index}`,
  );
  const dueAt = new Date(atMs);
  await owner.query(
    `with late as (
       update heddle.wait set due_at = $3, spec = jsonb_set(spec, '{dueAtMs}', to_jsonb($4::bigint)) where workspace_id = $1 and subject = any ($2)
       returning run_id, position),
     runs as (
       update heddle.run r set snapshot = jsonb_set(r.snapshot, array['positions', late.position, 'wait', 'dueAtMs'], to_jsonb($4::bigint))
       from late where r.workspace_id = $1 and r.id = late.run_id)
     update heddle.subject set ready_at = $3::timestamptz + random() * interval '1 s' where workspace_id = $1 and key = any ($2)`,
    [workspaceId, keys, dueAt, Math.floor(atMs)],
  );
}
