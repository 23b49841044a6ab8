import { packRows, toArrayText, type RowOf } from '../../database/column-rows.ts';
import { bucketOf } from '../gateway/budget.ts';
import { parseContactSubject } from '../ingest/subject-key.ts';
import { toJsonb } from '../../database/jsonb.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { LiveContact, LiveRun, LiveWait, NodeRunRecord, OutboxRecord } from '../turn/turn-state.ts';
import type { FlushOptions, PendingChanges } from './checkpoint.ts';
import { CHECKPOINT_SECTIONS, type CheckpointSection, type SectionRow } from './checkpoint-sections.ts';

/** A row of any section; `t`, the place of its turn, is set when turns are put together. */
export type CheckpointRow = { t?: number; readonly [column: string]: unknown };

/** Kinds of rows that come as JSON. */
export type RestSection =
  | 'wakes'
  | 'reported'
  | 'cancelChildren'
  | 'goneWaits'
  | 'waits'
  | 'sendingRuns'
  | 'queued'
  | 'unqueued'
  | 'notices';

/** One checkpoint of one turn, as it was at the moment of the call. */
export interface CheckpointRequest {
  readonly workspaceId: string;
  readonly subject: string;
  /** Rows by section; sections without rows are left out. */
  readonly sections: ReadonlyMap<CheckpointSection | RestSection, readonly CheckpointRow[]>;
  /** It takes locks of other turns' things, so it has a transaction of its own. */
  readonly isAlone: boolean;
}

/** Sections whose rows belong to other mailboxes or to locks that are not taken in an order of their own. */
const ALONE: readonly RestSection[] = ['wakes', 'reported', 'cancelChildren', 'queued', 'unqueued'];

/** The changes as rows. Nothing of it changes when the turn goes on. */
export function toCheckpointRequest(claim: Claim, changes: PendingChanges, options: FlushOptions): CheckpointRequest {
  const { subject, workspaceId, fence, posted, crashes } = claim;
  const sections = new Map<CheckpointSection | RestSection, CheckpointRow[]>();
  const push = (section: CheckpointSection | RestSection, row: CheckpointRow): void => {
    const rows = sections.get(section);
    if (rows === undefined) sections.set(section, [row]);
    else rows.push(row);
  };
  const add = <S extends CheckpointSection>(section: S, row: SectionRow<S>): void => push(section, row);
  const addRest: (section: RestSection, row: CheckpointRow) => void = push;
  for (const { connectionId, limits } of options.budget ?? []) {
    add('breakers', { connection_id: connectionId });
    for (const limit of limits) {
      const { size, perSecond } = bucketOf(limit);
      add('budgets', { connection_id: connectionId, bucket: limit.bucket, size, per_second: perSecond });
    }
  }
  const isAboutContact = parseContactSubject(subject) !== null;
  for (const run of changes.runs) {
    if (run.storedVersion === 0) add('newRuns', toNewRunRow(run));
    else add('runs', toRunRow(run));
    // About a contact all runs share one mailbox.
    if (isAboutContact) continue;
    if (run.endedAtMs === null && run.storedVersion === 0 && run.subject !== subject)
      addRest('wakes', { subject: run.subject });
    if (run.endedAtMs !== null && run.parent !== null && !run.isReported)
      addRest('wakes', { parent_run_id: run.parent.runId });
  }
  for (const id of changes.reported) addRest('reported', { id });
  for (const { runId, position } of changes.cancelled) addRest('cancelChildren', { run_id: runId, position });
  for (const record of changes.nodeRuns.values()) add('nodeRuns', toNodeRunRow(record));
  let isAlone = [...changes.runs].some((run) => run.isLimited);
  for (const { run, position, wait } of changes.waits.values()) {
    if (wait === null) addRest('goneWaits', { run_id: run.id, position });
    else addRest('waits', toWaitRow(subject, run, wait));
    if (wait?.spec.kind === 'event') isAlone = true;
  }
  const written = new Set([...changes.runs].map((run) => run.id));
  for (const record of changes.outbox.values()) {
    const isOutcome = record.isStored && record.state !== 'sending';
    if (isOutcome) add('settled', toOutcomeRow(record));
    else add('outbox', toOutboxRow(record));
    if (record.state === 'sending' && !written.has(record.runId)) addRest('sendingRuns', { run_id: record.runId });
  }
  for (const { id, state, reason, skipped, runIds, contactId, attempts, retryAtMs } of changes.events.values()) {
    const run_ids = toArrayText(runIds);
    add('events', { id, state, reason, skipped, run_ids, contact_id: contactId, attempts, retry_at: retryAtMs });
  }
  for (const [eventId, { flowId, maxActive }] of changes.queued)
    addRest('queued', { event_id: eventId, flow_id: flowId, subject, max_active: maxActive });
  for (const id of changes.unqueued) addRest('unqueued', { id });
  if (changes.contact !== null) {
    const { contact } = changes;
    if (contact.isStored) add('contacts', toContactRow(contact));
    else add('newContacts', toNewContactRow(contact));
  }
  for (const { flowId, contactId, atMs } of changes.flowStarts.values())
    add('flowStarts', { flow_id: flowId, contact_id: contactId, started_at: atMs });
  for (const { id, runId, flowId, node, text } of changes.notices)
    addRest('notices', { id, run_id: runId, flow_id: flowId, node, text });
  for (const { flowId, node, what, amount } of changes.counters.values())
    add('counters', { flow_id: flowId, node, what, amount });
  const { releaseAtMs } = options;
  add('turns', {
    subject,
    fence,
    seen: posted,
    is_release: releaseAtMs !== undefined,
    release_at: releaseAtMs,
    is_once: !isAboutContact,
    // What was settled or run is not begun again by the next turn.
    is_progress: crashes > 0 && (changes.nodeRuns.size > 0 || changes.events.size > 0),
  });
  return { workspaceId, subject, sections, isAlone: isAlone || ALONE.some((section) => sections.has(section)) };
}

/** @returns The parameters of `heddle.write_checkpoints` from `turns` on, for turns that are written together. @throws TypeError */
export function putTogether(requests: readonly CheckpointRequest[]): (Buffer | string | null)[] {
  const all = new Map<string, CheckpointRow[]>();
  for (const [t, { sections }] of requests.entries()) {
    for (const [section, rows] of sections) {
      for (const row of rows) row.t = t;
      const known = all.get(section);
      if (known === undefined) all.set(section, [...rows]);
      else known.push(...rows);
    }
  }
  const packed = Object.entries(CHECKPOINT_SECTIONS).map(([section, columns]) => {
    const rows = all.get(section);
    all.delete(section);
    // `add` has taken only rows of the section's own columns.
    return rows === undefined ? null : packRows(columns, rows as RowOf<typeof columns>[]);
  });
  return [...packed, all.size === 0 ? null : toJsonb(Object.fromEntries(all))];
}

function toRunRow(run: LiveRun): SectionRow<'runs'> {
  const { snapshot } = run;
  return {
    id: run.id,
    status: snapshot.status,
    snapshot,
    stored_version: run.storedVersion,
    error: snapshot.error,
    node_runs: snapshot.nodeRuns,
    ended_at: run.endedAtMs,
    ...(run.parent === null ? {} : { result: run.result, is_reported: run.isReported }),
  };
}

function toNewRunRow(run: LiveRun): SectionRow<'newRuns'> {
  const { parent, snapshot } = run;
  return {
    id: run.id,
    status: snapshot.status,
    snapshot,
    error: snapshot.error,
    node_runs: snapshot.nodeRuns,
    ended_at: run.endedAtMs,
    ...(parent === null
      ? {}
      : {
          parent_run_id: parent.runId,
          parent_position: parent.position,
          child_index: parent.index,
          result: run.result,
          is_reported: run.isReported,
        }),
    max_active: run.maxActive,
    subject: run.subject,
    flow_id: run.flowId,
    flow_version: run.flowVersion,
    contact_id: run.contactId,
    event_id: run.eventId,
    event_at: run.eventAtMs,
    trigger_node: run.triggerNode,
    trigger_type: run.triggerType,
    bindings: run.bindings,
    started_at: run.startedAtMs,
  };
}

function toNodeRunRow(record: NodeRunRecord): SectionRow<'nodeRuns'> {
  const { id, runId, flowId, node, type, visit, attempt, status, port, input, output, error } = record;
  return {
    id,
    run_id: runId,
    flow_id: flowId,
    node,
    type,
    visit,
    attempt,
    status,
    port,
    input,
    output,
    error,
    started_at: record.startedAtMs,
    ended_at: record.endedAtMs,
  };
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

function toOutboxRow(record: OutboxRecord): SectionRow<'outbox'> {
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
    created_at: record.createdAtMs,
  };
}

function toOutcomeRow(record: OutboxRecord): SectionRow<'settled'> {
  return {
    id: record.id,
    state: record.state,
    platform_id: record.platformId,
    receipt: record.receipt,
    reason: record.reason,
    error: record.error,
    attempts: record.attempts,
    sending_at: record.sendingAtMs,
    settled_at: record.settledAtMs,
  };
}

function toContactRow(contact: LiveContact): SectionRow<'contacts'> {
  const { id, username, name, profile, tags, fields } = contact;
  return {
    id,
    username,
    name,
    profile,
    tags: toArrayText(tags),
    fields,
    profile_read_at: contact.profileReadAtMs,
    last_inbound_at: contact.lastInboundAtMs,
    last_event_at: contact.lastEventAtMs,
    is_opted_out: contact.isOptedOut,
  };
}

function toNewContactRow(contact: LiveContact): SectionRow<'newContacts'> {
  const { connectionId, platform, platformId } = contact;
  return { ...toContactRow(contact), connection_id: connectionId, platform, platform_id: platformId };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
