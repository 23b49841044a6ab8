import type { RuntimeDeps } from '../deps.ts';
import { bucketOf } from '../gateway/budget.ts';
import { toJsonb } from '../jsonb.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { LiveContact, LiveRun } from '../turn/turn-state.ts';
import { giveCounterSlotBack, takeCounterSlot } from './counter-slots.ts';
import { TurnLostError } from './turn-lost-error.ts';
import type { BudgetClaim, FlushOptions, FlushOutcome, PendingChanges } from './checkpoint.ts';

/**
 * One transaction, one round trip (`heddle.write_checkpoint`): every change of a turn since the last one, guarded by the fence of the subject
 * and the version of each snapshot.
 *
 * @throws TurnLostError and nothing is written.
 */
export async function writeCheckpoint(
  deps: RuntimeDeps,
  claim: Claim,
  changes: PendingChanges,
  options: FlushOptions,
): Promise<FlushOutcome> {
  const { releaseAtMs } = options;
  const slot = takeCounterSlot();
  try {
    const { rows } = await deps.database.pool.query<{ posted: string }>({
      name: 'heddle-checkpoint',
      text: 'select heddle.write_checkpoint($1::uuid, $2, $3::bigint, $4::bigint, $5::timestamptz, $6::jsonb, $7::boolean, $8::timestamptz, $9::smallint) as posted',
      values: [
        claim.workspaceId,
        claim.subject,
        claim.fence,
        claim.posted,
        new Date(deps.clock.nowMs()),
        toJsonb(toDocument(changes, options.budget ?? [])),
        releaseAtMs !== undefined,
        releaseAtMs === undefined || releaseAtMs === null ? null : new Date(releaseAtMs),
        slot,
      ],
    });
    return { kind: 'written', posted: rows[0]?.posted ?? claim.posted };
  } catch (error) {
    return readRefusal(error);
  } finally {
    giveCounterSlotBack(slot);
  }
}

/** HD001 and HD002 are raised by `heddle.write_checkpoint`. @throws Anything else as it is. */
function readRefusal(error: unknown): FlushOutcome {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  if (error.code === 'HD001') throw new TurnLostError(error.message);
  if (error.code !== 'HD002' || !('detail' in error) || typeof error.detail !== 'string') throw error;
  // Written by heddle.write_checkpoint.
  const { bucket, atMs } = JSON.parse(error.detail) as { bucket: string; atMs: number };
  return { kind: 'overBudget', bucket, atMs };
}

/** The changes as `heddle.write_checkpoint` reads them: a property per table that has any. */
function toDocument(changes: PendingChanges, budget: readonly BudgetClaim[]): object {
  const buckets = budget.flatMap(({ connectionId, limits }) =>
    limits.map((limit) => {
      const { size, perSecond } = bucketOf(limit);
      return { connection_id: connectionId, bucket: limit.bucket, size, per_second: perSecond };
    }),
  );
  return {
    // Always in the same order: two sends with common buckets wait for each other instead of locking crosswise.
    ...section(
      'budget',
      buckets.toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1)),
    ),
    ...section(
      'breakers',
      budget.map(({ connectionId }) => connectionId),
    ),
    ...section('runs', [...changes.runs].map(toRunRow)),
    ...section('reported', [...changes.reported]),
    ...section(
      'cancelChildren',
      changes.cancelled.map(({ runId, position }) => ({ run_id: runId, position })),
    ),
    ...section(
      'queued',
      [...changes.queued].map(([eventId, { flowId, maxActive }]) => ({
        event_id: eventId,
        flow_id: flowId,
        max_active: maxActive,
      })),
    ),
    ...section('unqueued', [...changes.unqueued]),
    ...section(
      'nodeRuns',
      [...changes.nodeRuns.values()].map((row) => ({
        ...row,
        run_id: row.runId,
        flow_id: row.flowId,
        started_at: iso(row.startedAtMs),
        ended_at: iso(row.endedAtMs),
      })),
    ),
    ...section(
      'waits',
      [...changes.waits.values()].map(({ run, position, wait }) =>
        wait === null
          ? { run_id: run.id, position }
          : {
              run_id: run.id,
              position,
              flow_id: run.flowId,
              node: wait.node,
              spec: wait.spec,
              due_at: iso(wait.dueAtMs),
              node_run_id: wait.nodeRunId,
              created_at: iso(wait.createdAtMs),
            },
      ),
    ),
    ...section(
      'outbox',
      [...changes.outbox.values()].map((row) => ({
        ...row,
        run_id: row.runId,
        flow_id: row.flowId,
        connection_id: row.connectionId,
        contact_id: row.contactId,
        platform_id: row.platformId,
        created_at: iso(row.createdAtMs),
        sending_at: iso(row.sendingAtMs),
        settled_at: iso(row.settledAtMs),
      })),
    ),
    ...section(
      'events',
      [...changes.events.values()].map((row) => ({
        ...row,
        run_ids: row.runIds,
        contact_id: row.contactId,
        retry_at: iso(row.retryAtMs),
      })),
    ),
    ...section(
      'flowStarts',
      [...changes.flowStarts.values()].map((row) => ({
        flow_id: row.flowId,
        contact_id: row.contactId,
        started_at: iso(row.atMs),
      })),
    ),
    ...section(
      'notices',
      changes.notices.map((row) => ({ ...row, run_id: row.runId, flow_id: row.flowId })),
    ),
    ...section(
      'counters',
      [...changes.counters.values()].map((row) => ({ ...row, flow_id: row.flowId })),
    ),
    ...(changes.contact === null ? {} : { contact: toContactRow(changes.contact) }),
  };
}

function section<Row>(name: string, rows: readonly Row[]): Record<string, readonly Row[]> {
  return rows.length === 0 ? {} : { [name]: rows };
}

function toRunRow(run: LiveRun): object {
  const { snapshot } = run;
  const row = {
    id: run.id,
    status: snapshot.status,
    snapshot,
    stored_version: run.storedVersion,
    error: snapshot.error ?? null,
    node_runs: snapshot.nodeRuns,
    ended_at: iso(run.endedAtMs),
    // Needed when it ends: whose place became free.
    flow_id: run.flowId,
    ...(run.parent === null ? {} : { result: run.result, is_reported: run.isReported }),
  };
  if (run.storedVersion > 0) return row;
  return {
    ...row,
    subject: run.subject,
    ...(run.parent === null
      ? {}
      : { parent_run_id: run.parent.runId, parent_position: run.parent.position, child_index: run.parent.index }),
    ...(run.maxActive === null ? {} : { max_active: run.maxActive }),
    flow_version: run.flowVersion,
    contact_id: run.contactId,
    event_id: run.eventId,
    event_at: iso(run.eventAtMs),
    trigger_node: run.triggerNode,
    trigger_type: run.triggerType,
    bindings: run.bindings,
    started_at: iso(run.startedAtMs),
  };
}

function toContactRow(contact: LiveContact): object {
  const { id, username, name, profile, tags, fields } = contact;
  return {
    id,
    username,
    name,
    profile,
    tags,
    fields,
    profile_read_at: iso(contact.profileReadAtMs),
    last_inbound_at: iso(contact.lastInboundAtMs),
    is_opted_out: contact.isOptedOut,
  };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
