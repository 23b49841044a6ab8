import { FlowError, type JsonObject } from '@heddle/schemas';
import type { OutboxView } from '@heddle/schemas/api';
import { sql, type RawBuilder } from 'kysely';
import type { DefinitionRegistry } from '@heddle/engine';
import { contactRefSql, type ContactRef } from '../contacts/contact-ref.ts';
import type { Tx } from '../database/index.ts';
import { readNodeTitles } from './node-titles.ts';

export interface OutboxRow {
  readonly id: string;
  readonly run_id: string | null;
  readonly flow_id: string | null;
  readonly flow_name: string | null;
  readonly node: string;
  readonly state: OutboxView['state'];
  readonly kind: string;
  readonly summary: string;
  readonly action: JsonObject;
  readonly platform_id: string | null;
  readonly reason: string | null;
  readonly contact: ContactRef | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

/** Rows of the outbox, newest first. In `where`, `o` is the row. */
export async function readOutboxRows(tx: Tx, where: RawBuilder<unknown>, limit: number): Promise<OutboxRow[]> {
  const { rows } = await sql<OutboxRow>`
    select o.id, o.run_id, o.flow_id, f.name as flow_name, o.node, o.state, o.kind, o.summary, o.action, o.platform_id, o.reason, ${contactRefSql} as contact, o.created_at, o.settled_at
    from heddle.outbox o
    left join heddle.contact c on c.workspace_id = o.workspace_id and c.id = o.contact_id
    left join heddle.flow f on f.workspace_id = o.workspace_id and f.id = o.flow_id
    where ${where} order by o.id desc limit ${limit}`.execute(tx);
  return rows;
}

/** @throws FlowError `NOT_FOUND`. */
export async function getOutboxView(tx: Tx, registry: DefinitionRegistry, id: string): Promise<OutboxView> {
  const [view] = await toOutboxViews(tx, registry, await readOutboxRows(tx, sql`o.id = ${id}`, 1));
  if (view === undefined) throw new FlowError('NOT_FOUND', 'There is no such message.');
  return view;
}

/** Rows as the API shows them, with what their nodes are called. */
export async function toOutboxViews(
  tx: Tx,
  registry: DefinitionRegistry,
  rows: readonly OutboxRow[],
): Promise<OutboxView[]> {
  const titleOf = await readNodeTitles(
    tx,
    registry,
    rows.map((row) => ({ flowId: row.flow_id, node: row.node })),
  );
  return rows.map((row) => ({
    id: row.id,
    runId: row.run_id,
    flowId: row.flow_id,
    flowName: row.flow_name ?? '',
    node: row.node,
    nodeTitle: titleOf(row.flow_id, row.node),
    state: row.state,
    kind: row.kind,
    summary: row.summary,
    action: row.action,
    platformId: row.platform_id,
    reason: row.reason,
    contact: row.contact,
    createdAt: row.created_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
  }));
}
