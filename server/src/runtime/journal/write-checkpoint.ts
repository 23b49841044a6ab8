import type { RateLimit } from '@heddle/engine';
import { sql } from 'kysely';
import type { Tx } from '../../database/index.ts';
import type { RuntimeDeps } from '../deps.ts';
import { takeBudget } from '../gateway/take-budget.ts';
import { toJsonb, toText } from '../jsonb.ts';
import { releaseSubject, type Claim } from '../mailbox/mailbox.ts';
import type { LiveRun, NodeRunRecord, OutboxRecord } from '../turn/turn-state.ts';
import { TurnLostError } from './turn-lost-error.ts';
import type { PendingChanges } from './turn-journal.ts';

/** Limits that a send counts against. */
export interface BudgetClaim {
  readonly connectionId: string;
  readonly limits: readonly RateLimit[];
}

export type FlushOutcome =
  | { readonly kind: 'written'; readonly posted: string }
  /** Nothing was written: the limit allows the send at `atMs`. */
  | { readonly kind: 'overBudget'; readonly atMs: number; readonly bucket: string };

/** Rows that spread the counters of one flow, so that concurrent turns seldom wait for one another. */
const COUNTER_SLOTS = 16;

/**
 * One transaction: every change of a turn since the last one, guarded by the fence of the subject and the version of each snapshot.
 *
 * @throws TurnLostError and nothing is written.
 */
export async function writeCheckpoint(
  deps: RuntimeDeps,
  claim: Claim,
  changes: PendingChanges,
  options: { budget?: readonly BudgetClaim[]; releaseAtMs?: number | null },
): Promise<FlushOutcome> {
  const { workspaceId } = claim;
  const nowMs = deps.clock.nowMs();
  try {
    return await deps.database.withWorkspace(workspaceId, async (tx): Promise<FlushOutcome> => {
      for (const { connectionId, limits } of options.budget ?? []) {
        const answer = await takeBudget(tx, workspaceId, connectionId, limits, nowMs);
        if (answer.kind === 'over') throw new OverBudget(answer.atMs, answer.bucket);
      }
      for (const run of changes.runs) await (run.storedVersion === 0 ? insertRun(tx, claim, run) : updateRun(tx, workspaceId, run));
      if (changes.nodeRuns.size > 0) await writeNodeRuns(tx, workspaceId, [...changes.nodeRuns.values()]);
      if (changes.waits.size > 0) await writeWaits(tx, claim, changes);
      if (changes.outbox.size > 0) await writeOutbox(tx, workspaceId, [...changes.outbox.values()]);
      if (changes.events.size > 0) await writeEvents(tx, workspaceId, changes);
      if (changes.contact !== null) await writeContact(tx, workspaceId, changes.contact);
      if (changes.flowStarts.size > 0) await writeFlowStarts(tx, workspaceId, changes);
      if (changes.notices.length > 0) await writeNotices(tx, workspaceId, changes, nowMs);
      if (changes.counters.size > 0) await writeCounters(tx, workspaceId, changes, nowMs);
      return { kind: 'written', posted: await guardSubject(tx, claim, options.releaseAtMs) };
    });
  } catch (error) {
    if (error instanceof OverBudget) return { kind: 'overBudget', atMs: error.atMs, bucket: error.bucket };
    throw error;
  }
}

/** Ends the transaction when a limit is used up. */
class OverBudget extends Error {
  readonly atMs: number;
  readonly bucket: string;
  constructor(atMs: number, bucket: string) {
    super(bucket);
    this.atMs = atMs;
    this.bucket = bucket;
  }
}

/** The last statement of each checkpoint: the subject is still ours. Answers with the counter of its mailbox. */
async function guardSubject(tx: Tx, claim: Claim, releaseAtMs: number | null | undefined): Promise<string> {
  if (releaseAtMs !== undefined) {
    const outcome = await releaseSubject(tx, claim, releaseAtMs);
    if (outcome === 'lost') throw new TurnLostError('Another worker took the subject.');
    return outcome === 'released' ? claim.posted : outcome.posted;
  }
  const { rows } = await sql<{ posted: string }>`
    select posted from heddle.subject where workspace_id = ${claim.workspaceId} and key = ${claim.subject} and fence = ${claim.fence}::bigint`.execute(tx);
  if (rows[0] === undefined) throw new TurnLostError('Another worker took the subject.');
  return claim.posted;
}

async function insertRun(tx: Tx, claim: Claim, run: LiveRun): Promise<void> {
  const { rows } = await sql`
    insert into heddle.run (workspace_id, id, flow_id, flow_version, subject, contact_id, event_id, event_at, trigger_node, trigger_type, bindings,
      status, snapshot, snapshot_version, error, node_runs, started_at, ended_at)
    values (${claim.workspaceId}, ${run.id}, ${run.flowId}, ${run.flowVersion}, ${claim.subject}, ${run.contactId}, ${run.eventId}, ${new Date(run.eventAtMs)},
      ${run.triggerNode}, ${run.triggerType}, ${toJsonb(run.bindings)}::jsonb, ${run.snapshot.status}, ${toJsonb(run.snapshot)}::jsonb, 1,
      ${run.snapshot.error === undefined ? null : toJsonb(run.snapshot.error)}::jsonb, ${run.snapshot.nodeRuns}, ${new Date(run.startedAtMs)},
      ${run.endedAtMs === null ? null : new Date(run.endedAtMs)})
    on conflict do nothing returning id`.execute(tx);
  if (rows.length === 0) throw new TurnLostError('Another worker started the run of this event.');
}

async function updateRun(tx: Tx, workspaceId: string, run: LiveRun): Promise<void> {
  const { rows } = await sql`
    update heddle.run set status = ${run.snapshot.status}, snapshot = ${toJsonb(run.snapshot)}::jsonb, snapshot_version = snapshot_version + 1,
      error = ${run.snapshot.error === undefined ? null : toJsonb(run.snapshot.error)}::jsonb, node_runs = ${run.snapshot.nodeRuns},
      ended_at = ${run.endedAtMs === null ? null : new Date(run.endedAtMs)}
    where workspace_id = ${workspaceId} and id = ${run.id} and snapshot_version = ${run.storedVersion} returning id`.execute(tx);
  if (rows.length === 0) throw new TurnLostError('The run was changed by somebody else.');
}

async function writeNodeRuns(tx: Tx, workspaceId: string, nodeRuns: readonly NodeRunRecord[]): Promise<void> {
  const rows = nodeRuns.map((row) => ({ ...row, started_at: iso(row.startedAtMs), ended_at: row.endedAtMs === null ? null : iso(row.endedAtMs), run_id: row.runId, flow_id: row.flowId }));
  // A node that was suspended and went on keeps its row.
  await sql`
    insert into heddle.node_run as n (workspace_id, id, run_id, flow_id, node, type, visit, attempt, status, port, input, output, error, started_at, ended_at)
    select ${workspaceId}, r.id, r.run_id, r.flow_id, r.node, r.type, r.visit, r.attempt, r.status, r.port, coalesce(r.input, 'null'), coalesce(r.output, 'null'), r.error,
      r.started_at, r.ended_at
    from jsonb_to_recordset(${toJsonb(rows)}::jsonb) as r(
      id uuid, run_id uuid, flow_id uuid, node text, type text, visit integer, attempt integer, status text, port text, input jsonb, output jsonb, error jsonb,
      started_at timestamptz, ended_at timestamptz)
    on conflict (workspace_id, id) do update
      set status = excluded.status, port = excluded.port, output = excluded.output, error = excluded.error, attempt = excluded.attempt, ended_at = excluded.ended_at`.execute(tx);
}

async function writeWaits(tx: Tx, claim: Claim, changes: PendingChanges): Promise<void> {
  for (const { run, position, wait } of changes.waits.values()) {
    if (wait === null) {
      await sql`delete from heddle.wait where workspace_id = ${claim.workspaceId} and run_id = ${run.id} and position = ${position}`.execute(tx);
      continue;
    }
    const dueAt = wait.dueAtMs === null ? null : new Date(wait.dueAtMs);
    await sql`
      insert into heddle.wait (workspace_id, run_id, position, subject, flow_id, node, kind, spec, due_at, node_run_id, created_at)
      values (${claim.workspaceId}, ${run.id}, ${position}, ${claim.subject}, ${run.flowId}, ${wait.node}, ${wait.spec.kind}, ${toJsonb(wait.spec)}::jsonb,
        ${dueAt}, ${wait.nodeRunId}, ${new Date(wait.createdAtMs)})
      on conflict (workspace_id, run_id, position) do update
        set node = excluded.node, kind = excluded.kind, spec = excluded.spec, due_at = excluded.due_at, node_run_id = excluded.node_run_id`.execute(tx);
  }
}

async function writeOutbox(tx: Tx, workspaceId: string, records: readonly OutboxRecord[]): Promise<void> {
  const rows = records.map((row) => ({
    ...row,
    run_id: row.runId,
    flow_id: row.flowId,
    connection_id: row.connectionId,
    contact_id: row.contactId,
    platform_id: row.platformId,
    created_at: iso(row.createdAtMs),
    sending_at: row.sendingAtMs === null ? null : iso(row.sendingAtMs),
    settled_at: row.settledAtMs === null ? null : iso(row.settledAtMs),
  }));
  await sql`
    insert into heddle.outbox as o (workspace_id, id, run_id, flow_id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary,
      platform_id, receipt, reason, error, attempts, created_at, sending_at, settled_at)
    select ${workspaceId}, r.* from jsonb_to_recordset(${toJsonb(rows)}::jsonb) as r(
      id uuid, run_id uuid, flow_id uuid, node text, visit integer, key text, connection_id uuid, contact_id uuid, state text, kind text, target text, action jsonb,
      summary text, platform_id text, receipt jsonb, reason text, error jsonb, attempts smallint, created_at timestamptz, sending_at timestamptz, settled_at timestamptz)
    on conflict (workspace_id, id) do update
      set state = excluded.state, action = excluded.action, summary = excluded.summary, platform_id = excluded.platform_id, receipt = excluded.receipt,
        reason = excluded.reason, error = excluded.error, attempts = excluded.attempts, sending_at = excluded.sending_at, settled_at = excluded.settled_at`.execute(tx);
}

async function writeEvents(tx: Tx, workspaceId: string, changes: PendingChanges): Promise<void> {
  for (const event of changes.events.values()) {
    const { rows } = await sql`
      update heddle.inbound_event set state = ${event.state}, reason = ${event.reason === null ? null : toText(event.reason)}, skipped = ${toJsonb(event.skipped)}::jsonb,
        run_ids = ${event.runIds}::uuid[], contact_id = ${event.contactId}, attempts = ${event.attempts},
        retry_at = ${event.retryAtMs === null ? null : new Date(event.retryAtMs)}
      where workspace_id = ${workspaceId} and id = ${event.id} and state = 'pending' returning id`.execute(tx);
    if (rows.length === 0) throw new TurnLostError('Another worker took the event.');
  }
}

async function writeContact(tx: Tx, workspaceId: string, contact: NonNullable<PendingChanges['contact']>): Promise<void> {
  await sql`
    update heddle.contact set username = ${contact.username}, name = ${contact.name}, profile = ${toJsonb(contact.profile)}::jsonb,
      profile_read_at = ${contact.profileReadAtMs === null ? null : new Date(contact.profileReadAtMs)}, tags = ${contact.tags}::text[],
      fields = ${toJsonb(contact.fields)}::jsonb, last_inbound_at = ${contact.lastInboundAtMs === null ? null : new Date(contact.lastInboundAtMs)},
      is_opted_out = ${contact.isOptedOut}
    where workspace_id = ${workspaceId} and id = ${contact.id}`.execute(tx);
}

async function writeFlowStarts(tx: Tx, workspaceId: string, changes: PendingChanges): Promise<void> {
  for (const { flowId, contactId, atMs } of changes.flowStarts.values()) {
    await sql`
      insert into heddle.flow_start (workspace_id, flow_id, contact_id, started_at) values (${workspaceId}, ${flowId}, ${contactId}, ${new Date(atMs)})
      on conflict (workspace_id, flow_id, contact_id) do update set started_at = excluded.started_at`.execute(tx);
  }
}

async function writeNotices(tx: Tx, workspaceId: string, changes: PendingChanges, nowMs: number): Promise<void> {
  for (const notice of changes.notices) {
    await sql`
      insert into heddle.member_notice (workspace_id, id, run_id, flow_id, node, text, created_at)
      values (${workspaceId}, ${notice.id}, ${notice.runId}, ${notice.flowId}, ${notice.node}, ${toText(notice.text)}, ${new Date(nowMs)})`.execute(tx);
  }
}

async function writeCounters(tx: Tx, workspaceId: string, changes: PendingChanges, nowMs: number): Promise<void> {
  // Always in the same order, so that two checkpoints with common counters wait for each other instead of locking crosswise.
  const counters = [...changes.counters.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { flowId, node, what, amount }]) => ({ flow_id: flowId, node, what, amount }));
  const slot = Math.floor(Math.random() * COUNTER_SLOTS);
  await sql`
    insert into heddle.node_counter as c (workspace_id, flow_id, day, node, what, slot, amount)
    select ${workspaceId}, r.flow_id, ${iso(nowMs).slice(0, 10)}::date, r.node, r.what, ${slot}, r.amount
    from jsonb_to_recordset(${toJsonb(counters)}::jsonb) as r(flow_id uuid, node text, what text, amount bigint)
    on conflict (workspace_id, flow_id, day, node, what, slot) do update set amount = c.amount + excluded.amount`.execute(tx);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
