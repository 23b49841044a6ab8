import { bucketOf } from '../gateway/budget.ts';
import { parseContactSubject } from '../ingest/subject-key.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { LiveContact, LiveRun, LiveWait, NodeRunRecord, OutboxRecord } from '../turn/turn-state.ts';
import type { FlushOptions, PendingChanges } from './checkpoint.ts';

/** A row of a section of `heddle.write_checkpoints`; `t`, the place of its turn, is set when turns are put together. */
export type CheckpointRow = { t?: number; readonly [column: string]: unknown };

/** One checkpoint of one turn, as it was at the moment of the call. */
export interface CheckpointRequest {
  readonly workspaceId: string;
  readonly subject: string;
  readonly turn: CheckpointRow;
  /** Rows by section; sections without rows are left out. */
  readonly sections: ReadonlyMap<string, readonly CheckpointRow[]>;
  /** It takes locks of other turns' things, so it has a transaction of its own. */
  readonly isAlone: boolean;
}

/** Sections whose rows belong to other mailboxes or to locks that are not taken in an order of their own. */
const ALONE = ['wakes', 'reported', 'cancelChildren', 'queued', 'unqueued'];

/** The changes as `heddle.write_checkpoints` reads them. Nothing of it changes when the turn goes on. */
export function toCheckpointRequest(claim: Claim, changes: PendingChanges, options: FlushOptions): CheckpointRequest {
  const { subject, workspaceId, fence, posted, crashes } = claim;
  const sections = new Map<string, CheckpointRow[]>();
  const add = (section: string, row: CheckpointRow): void => {
    const rows = sections.get(section);
    if (rows === undefined) sections.set(section, [row]);
    else rows.push(row);
  };
  for (const { connectionId, limits } of options.budget ?? []) {
    add('breakers', { connection_id: connectionId });
    for (const limit of limits) {
      const { size, perSecond } = bucketOf(limit);
      add('budget', { connection_id: connectionId, bucket: limit.bucket, size, per_second: perSecond });
    }
  }
  const isAboutContact = parseContactSubject(subject) !== null;
  for (const run of changes.runs) {
    add(run.storedVersion === 0 ? 'newRuns' : 'runs', run.storedVersion === 0 ? toNewRunRow(run) : toRunRow(run));
    // About a contact all runs share one mailbox.
    if (isAboutContact) continue;
    if (run.endedAtMs === null && run.storedVersion === 0 && run.subject !== subject)
      add('wakes', { subject: run.subject });
    if (run.endedAtMs !== null && run.parent !== null && !run.isReported)
      add('wakes', { parent_run_id: run.parent.runId });
  }
  for (const id of changes.reported) add('reported', { id });
  for (const { runId, position } of changes.cancelled) add('cancelChildren', { run_id: runId, position });
  for (const record of changes.nodeRuns.values()) add('nodeRuns', toNodeRunRow(record));
  let isAlone = [...changes.runs].some((run) => run.isLimited);
  for (const { run, position, wait } of changes.waits.values()) {
    if (wait === null) add('goneWaits', { run_id: run.id, position });
    else add('waits', toWaitRow(subject, run, wait));
    if (wait?.spec.kind === 'event') isAlone = true;
  }
  const written = new Set([...changes.runs].map((run) => run.id));
  for (const record of changes.outbox.values()) {
    const isOutcome = record.isStored && record.state !== 'sending';
    add(isOutcome ? 'settled' : 'outbox', isOutcome ? toOutcomeRow(record) : toOutboxRow(record));
    if (record.state === 'sending' && !written.has(record.runId)) add('sendingRuns', { run_id: record.runId });
  }
  for (const { id, state, reason, skipped, runIds, contactId, attempts, retryAtMs } of changes.events.values()) {
    const retry_at = iso(retryAtMs);
    add('events', { id, state, reason, skipped, run_ids: runIds, contact_id: contactId, attempts, retry_at });
  }
  for (const [eventId, { flowId, maxActive }] of changes.queued)
    add('queued', { event_id: eventId, flow_id: flowId, subject, max_active: maxActive });
  for (const id of changes.unqueued) add('unqueued', { id });
  if (changes.contact !== null) {
    const { contact } = changes;
    add(contact.isStored ? 'contacts' : 'newContacts', toContactRow(contact));
  }
  for (const { flowId, contactId, atMs } of changes.flowStarts.values())
    add('flowStarts', { flow_id: flowId, contact_id: contactId, started_at: iso(atMs) });
  for (const { id, runId, flowId, node, text } of changes.notices)
    add('notices', { id, run_id: runId, flow_id: flowId, node, text });
  for (const { flowId, node, what, amount } of changes.counters.values())
    add('counters', { flow_id: flowId, node, what, amount });
  const { releaseAtMs } = options;
  return {
    workspaceId,
    subject,
    turn: {
      subject,
      fence,
      seen: posted,
      is_release: releaseAtMs !== undefined,
      release_at: iso(releaseAtMs ?? null),
      is_once: !isAboutContact,
      // What was settled or run is not begun again by the next turn.
      is_progress: crashes > 0 && (changes.nodeRuns.size > 0 || changes.events.size > 0),
    },
    sections,
    isAlone: isAlone || ALONE.some((section) => sections.has(section)),
  };
}

/** @returns The parameters `turns` and `changes` for turns that are written together. */
export function putTogether(requests: readonly CheckpointRequest[]): { turns: unknown[]; changes: object } {
  const changes: Record<string, CheckpointRow[]> = {};
  const turns = requests.map(({ turn, sections }, t) => {
    for (const [section, rows] of sections) {
      for (const row of rows) row.t = t;
      const known = changes[section];
      if (known === undefined) changes[section] = [...rows];
      else known.push(...rows);
    }
    turn.t = t;
    return turn;
  });
  return { turns, changes };
}

function toRunRow(run: LiveRun): CheckpointRow {
  const { snapshot } = run;
  return {
    id: run.id,
    status: snapshot.status,
    snapshot,
    stored_version: run.storedVersion,
    error: snapshot.error ?? null,
    node_runs: snapshot.nodeRuns,
    ended_at: iso(run.endedAtMs),
    ...(run.parent === null ? {} : { result: run.result, is_reported: run.isReported }),
  };
}

function toNewRunRow(run: LiveRun): CheckpointRow {
  const { parent } = run;
  return {
    ...toRunRow(run),
    ...(parent === null
      ? {}
      : { parent_run_id: parent.runId, parent_position: parent.position, child_index: parent.index }),
    ...(run.maxActive === null ? {} : { max_active: run.maxActive }),
    subject: run.subject,
    flow_id: run.flowId,
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

function toNodeRunRow({ runId, flowId, startedAtMs, endedAtMs, ...row }: NodeRunRecord): CheckpointRow {
  return { ...row, run_id: runId, flow_id: flowId, started_at: iso(startedAtMs), ended_at: iso(endedAtMs) };
}

function toWaitRow(subject: string, run: LiveRun, wait: LiveWait): CheckpointRow {
  return {
    run_id: run.id,
    position: wait.position,
    subject,
    flow_id: run.flowId,
    node: wait.node,
    spec: wait.spec,
    due_at: iso(wait.dueAtMs),
    node_run_id: wait.nodeRunId,
    created_at: iso(wait.createdAtMs),
  };
}

function toOutboxRow(record: OutboxRecord): CheckpointRow {
  return {
    ...toOutcomeRow(record),
    run_id: record.runId,
    flow_id: record.flowId,
    node: record.node,
    visit: record.visit,
    key: record.key,
    connection_id: record.connectionId,
    contact_id: record.contactId,
    kind: record.kind,
    target: record.target,
    action: record.action,
    summary: record.summary,
    created_at: iso(record.createdAtMs),
  };
}

function toOutcomeRow(record: OutboxRecord): CheckpointRow {
  return {
    id: record.id,
    state: record.state,
    platform_id: record.platformId,
    receipt: record.receipt,
    reason: record.reason,
    error: record.error,
    attempts: record.attempts,
    sending_at: iso(record.sendingAtMs),
    settled_at: iso(record.settledAtMs),
  };
}

function toContactRow(contact: LiveContact): CheckpointRow {
  const { id, connectionId, platform, platformId, username, name, profile, tags, fields } = contact;
  return {
    ...(contact.isStored ? {} : { connection_id: connectionId, platform, platform_id: platformId }),
    id,
    username,
    name,
    profile,
    tags,
    fields,
    profile_read_at: iso(contact.profileReadAtMs),
    last_inbound_at: iso(contact.lastInboundAtMs),
    last_event_at: iso(contact.lastEventAtMs),
    is_opted_out: contact.isOptedOut,
  };
}

/** Nodes that follow each other begin and end in the same millisecond, and to write a moment out costs as much as to run a small node. */
let lastMs = Number.NaN;
let lastIso = '';

function iso(ms: number | null): string | null {
  if (ms === null) return null;
  if (ms !== lastMs) {
    lastIso = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastIso;
}
