import {
  FlowError,
  type ErrorRecord,
  type FlowDocument,
  type JsonValue,
  type RunSnapshot,
  type RunStatus,
} from '@heddle/schemas';
import type { DefinitionRegistry } from '@heddle/engine';
import type { NodeRunView, RunSummary, RunView } from '@heddle/schemas/api';
import { sql, type RawBuilder } from 'kysely';
import { contactRefSql, type ContactRef } from '../contacts/contact-ref.ts';
import type { Tx } from '../database/index.ts';
import { readOutboxRows, toOutboxViews } from './outbox-views.ts';

/** Node runs and messages that one page shows; a run may have 10,000. */
const MAX_ROWS = 1_000;

export interface RunRow {
  readonly id: string;
  readonly flow_id: string;
  readonly flow_name: string;
  readonly flow_version: number;
  readonly status: RunStatus;
  readonly trigger_type: string;
  readonly contact: ContactRef | null;
  readonly error: ErrorRecord | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly node_runs: number;
  readonly parent_run_id: string | null;
  readonly child_index: number | null;
}

/** Runs, newest first. In `where`, `r` is the row. */
export async function readRunRows(tx: Tx, where: RawBuilder<unknown>, limit: number): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.id, r.flow_id, f.name as flow_name, r.flow_version, r.status, r.trigger_type, ${contactRefSql} as contact, r.error, r.started_at, r.ended_at, r.node_runs, r.parent_run_id, r.child_index
    from heddle.run r
    join heddle.flow f on f.workspace_id = r.workspace_id and f.id = r.flow_id
    left join heddle.contact c on c.workspace_id = r.workspace_id and c.id = r.contact_id
    where ${where} order by r.id desc limit ${limit}`.execute(tx);
  return rows;
}

/** @throws FlowError `NOT_FOUND`. */
export async function getRunSummary(tx: Tx, id: string): Promise<RunSummary> {
  const [row] = await readRunRows(tx, sql`r.id = ${id}`, 1);
  if (row === undefined) throw new FlowError('NOT_FOUND', 'There is no such run.');
  return toRunSummary(row);
}

export function toRunSummary(row: RunRow): RunSummary {
  return {
    id: row.id,
    flowId: row.flow_id,
    flowName: row.flow_name,
    flowVersion: row.flow_version,
    status: row.status,
    trigger: row.trigger_type,
    contact: row.contact,
    error: row.error,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    nodeRuns: row.node_runs,
    parent: row.parent_run_id === null ? null : { runId: row.parent_run_id, index: row.child_index ?? 0 },
  };
}

/** A run with everything it did. @throws FlowError `NOT_FOUND`. */
export async function getRunView(tx: Tx, registry: DefinitionRegistry, id: string): Promise<RunView> {
  const summary = await getRunSummary(tx, id);
  const { rows: details } = await sql<{ document: FlowDocument; snapshot: RunSnapshot }>`
    select v.document, r.snapshot from heddle.run r
    join heddle.flow_version v on v.workspace_id = r.workspace_id and v.flow_id = r.flow_id and v.version = r.flow_version where r.id = ${id}`.execute(
    tx,
  );
  const [detail] = details;
  if (detail === undefined) throw new FlowError('NOT_FOUND', 'There is no such run.');
  const { rows: waits } = await sql<{
    position: string;
    node: string;
    spec: RunView['waits'][number]['wait'];
    due_at: Date | null;
  }>`
    select position, node, spec, due_at from heddle.wait where run_id = ${id} order by created_at, position`.execute(
    tx,
  );
  return {
    ...summary,
    document: detail.document,
    vars: detail.snapshot.vars,
    triggerOutput: detail.snapshot.trigger,
    nodes: await readNodeRuns(tx, id),
    outbox: (await toOutboxViews(tx, registry, await readOutboxRows(tx, sql`o.run_id = ${id}`, MAX_ROWS))).toReversed(),
    waits: waits.map(({ position, node, spec, due_at: dueAt }) => ({
      position,
      node,
      wait: spec,
      dueAt: dueAt?.toISOString() ?? null,
    })),
  };
}

interface NodeRunRow {
  readonly id: string;
  readonly node: string;
  readonly type: string;
  readonly visit: number;
  readonly attempt: number;
  readonly status: NodeRunView['status'];
  readonly port: string | null;
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: ErrorRecord | null;
  readonly started_at: Date;
  readonly ended_at: Date | null;
}

async function readNodeRuns(tx: Tx, runId: string): Promise<NodeRunView[]> {
  const { rows } = await sql<NodeRunRow>`
    select id, node, type, visit, attempt, status, port, input, output, error, started_at, ended_at from heddle.node_run
    where run_id = ${runId} order by id limit ${MAX_ROWS}`.execute(tx);
  return rows.map(({ started_at: startedAt, ended_at: endedAt, ...row }) => ({
    ...row,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  }));
}
