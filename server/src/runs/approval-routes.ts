import { FlowError, type JsonObject, type JsonValue } from '@heddle/schemas';
import { api, type ApprovalView, type DecisionView } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { contactRefSql, type ContactRef } from '../contacts/contact-ref.ts';
import type { Tx } from '../database/index.ts';
import { endpoint, type Route } from '../http/endpoint.ts';
import { DECISION_KIND } from '../runtime/index.ts';
import { decodeCursor, toPage } from './page.ts';
import { getRunSummary } from './run-views.ts';

interface ApprovalRow {
  readonly run_id: string;
  readonly position: string;
  readonly flow_id: string;
  readonly flow_name: string;
  readonly node: string;
  readonly spec: { readonly title: string; readonly text: string; readonly data?: JsonValue };
  readonly contact: ContactRef | null;
  readonly created_at: Date;
  readonly due_at: Date | null;
}

interface DecisionRow {
  readonly id: string;
  readonly flow_id: string;
  readonly flow_name: string;
  readonly data: {
    readonly runId: string;
    readonly position: string;
    readonly decision: DecisionView['decision'];
    readonly by: string;
    readonly note?: string;
    /** Absent in decisions that were stored before the title was. */
    readonly title?: string;
  };
  readonly contact: ContactRef | null;
  readonly received_at: Date;
}

/** Operations approvals.* and runs.decide. */
export const approvalRoutes: readonly Route[] = [
  endpoint(api.runs.approvals, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [askedAt, runId, position] = decodeCursor(query.cursor, 3) ?? [null, null, null];
    const rows = await deps.database.withWorkspace(
      caller.workspaceId,
      async (tx) =>
        (
          await sql<ApprovalRow>`
            select w.run_id, w.position, w.flow_id, f.name as flow_name, w.node, w.spec, ${contactRefSql} as contact, w.created_at, w.due_at
            from heddle.wait w
            join heddle.flow f on f.workspace_id = w.workspace_id and f.id = w.flow_id
            join heddle.run r on r.workspace_id = w.workspace_id and r.id = w.run_id
            left join heddle.contact c on c.workspace_id = r.workspace_id and c.id = r.contact_id
            where w.kind = 'approval'
              and (${askedAt}::timestamptz is null or (w.created_at, w.run_id, w.position) > (${askedAt}::timestamptz, ${runId}::uuid, ${position}::text))
            order by w.created_at, w.run_id, w.position limit ${limit + 1}`.execute(tx)
        ).rows,
    );
    return toPage(rows, limit, (row) => [row.created_at.toISOString(), row.run_id, row.position], toApprovalView);
  }),
  endpoint(api.runs.decisions, async ({ query, caller, deps }) => {
    const limit = query.limit ?? 50;
    const [before] = decodeCursor(query.cursor, 1) ?? [null];
    const rows = await deps.database.withWorkspace(
      caller.workspaceId,
      async (tx) =>
        (
          await sql<DecisionRow>`
            select e.id, e.flow_id, f.name as flow_name, e.data, ${contactRefSql} as contact, e.received_at
            from heddle.inbound_event e
            join heddle.flow f on f.workspace_id = e.workspace_id and f.id = e.flow_id
            left join heddle.run r on r.workspace_id = e.workspace_id and r.id = (e.data ->> 'runId')::uuid
            left join heddle.contact c on c.workspace_id = r.workspace_id and c.id = r.contact_id
            where e.kind = 'core/decision' and (${before}::uuid is null or e.id < ${before}::uuid)
            order by e.id desc limit ${limit + 1}`.execute(tx)
        ).rows,
    );
    return toPage(rows, limit, (row) => [row.id], toDecisionView);
  }),
  endpoint(api.runs.decide, async ({ params, body, caller, deps }) => {
    const { workspaceId, memberId } = caller;
    const open = await deps.database.withWorkspace(workspaceId, (tx) => findOpen(tx, params.id, params.position));
    const { name } = await deps.accounts.describe(memberId);
    const data: JsonObject = {
      runId: params.id,
      position: params.position,
      decision: body.decision,
      by: name,
      title: open.title,
    };
    if (body.note !== undefined && body.note !== '') data['note'] = body.note;
    const [eventId] = await deps.runtime.ingest.accept(workspaceId, [
      {
        event: {
          kind: DECISION_KIND,
          // One decision per question: of two members who decide at once the second is told.
          key: `decision:${params.id}:${params.position}:${open.askedAtMs}`,
          occurredAtMs: deps.clock.nowMs(),
          data,
        },
        platform: 'core',
        connectionId: null,
        target: { flowId: open.flowId, node: open.node },
        subject: open.subject,
      },
    ]);
    if (eventId === null || eventId === undefined) throw decided();
    return deps.database.withWorkspace(workspaceId, (tx) => getRunSummary(tx, params.id));
  }),
];

/** @throws FlowError `NOT_FOUND`, or `RUN_NOT_ACTIVE` when the run does not ask this (any more). */
async function findOpen(
  tx: Tx,
  runId: string,
  position: string,
): Promise<{ flowId: string; node: string; subject: string; askedAtMs: number; title: string }> {
  await getRunSummary(tx, runId);
  const { rows } = await sql<{ flow_id: string; node: string; subject: string; created_at: Date; title: string }>`
    select flow_id, node, subject, created_at, spec ->> 'title' as title from heddle.wait where run_id = ${runId} and position = ${position} and kind = 'approval'`.execute(
    tx,
  );
  const [wait] = rows;
  if (wait === undefined) throw decided();
  return {
    flowId: wait.flow_id,
    node: wait.node,
    subject: wait.subject,
    askedAtMs: wait.created_at.getTime(),
    title: wait.title,
  };
}

function decided(): FlowError {
  return new FlowError('RUN_NOT_ACTIVE', 'This was decided already, or the run does not ask it any more.');
}

function toApprovalView(row: ApprovalRow): ApprovalView {
  const { title, text, data } = row.spec;
  return {
    runId: row.run_id,
    position: row.position,
    flowId: row.flow_id,
    flowName: row.flow_name,
    node: row.node,
    title,
    text,
    data: data ?? null,
    contact: row.contact,
    askedAt: row.created_at.toISOString(),
    dueAt: row.due_at?.toISOString() ?? null,
  };
}

function toDecisionView(row: DecisionRow): DecisionView {
  const { runId, position, decision, by, note, title } = row.data;
  return {
    id: row.id,
    runId,
    position,
    flowId: row.flow_id,
    flowName: row.flow_name,
    title: title ?? '',
    decision,
    by,
    note: note ?? null,
    contact: row.contact,
    decidedAt: row.received_at.toISOString(),
  };
}
