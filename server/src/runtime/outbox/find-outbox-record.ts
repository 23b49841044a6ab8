import type { RunNodeEffect } from '@heddle/engine';
import type { ErrorRecord, JsonObject, SendReceipt } from '@heddle/schemas';
import { sql } from 'kysely';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun, OutboxRecord, OutboxState } from '../turn/turn-state.ts';

interface OutboxRow {
  readonly id: string;
  readonly node: string;
  readonly visit: number;
  readonly key: string;
  readonly connection_id: string | null;
  readonly contact_id: string | null;
  readonly state: OutboxState;
  readonly kind: string;
  readonly target: string | null;
  readonly action: JsonObject;
  readonly summary: string;
  readonly platform_id: string | null;
  readonly receipt: SendReceipt | null;
  readonly reason: string | null;
  readonly error: ErrorRecord | null;
  readonly attempts: number;
  readonly created_at: Date;
  readonly sending_at: Date | null;
  readonly settled_at: Date | null;
}

/** The row of a send key, if the key was used before. A run that has only lived in this turn has no rows but those in memory. */
export async function findOutboxRecord(
  turn: Turn,
  run: LiveRun,
  effect: RunNodeEffect,
  key: string,
): Promise<OutboxRecord | undefined> {
  const name = `${run.id}/${effect.node}/${effect.visit}/${key}`;
  const known = turn.outbox.get(name);
  if (known !== undefined || !run.isResumed) return known;
  const { workspaceId } = turn.claim;
  const { rows } = await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql<OutboxRow>`
      select id, node, visit, key, connection_id, contact_id, state, kind, target, action, summary, platform_id, receipt, reason, error, attempts,
        created_at, sending_at, settled_at
      from heddle.outbox
      where workspace_id = ${workspaceId} and run_id = ${run.id} and node = ${effect.node} and visit = ${effect.visit} and key = ${key}`.execute(
      tx,
    ),
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const record: OutboxRecord = {
    id: row.id,
    runId: run.id,
    flowId: run.flowId,
    node: row.node,
    visit: row.visit,
    key: row.key,
    connectionId: row.connection_id,
    contactId: row.contact_id,
    state: row.state,
    kind: row.kind,
    target: row.target,
    action: row.action,
    summary: row.summary,
    platformId: row.platform_id,
    receipt: row.receipt,
    reason: row.reason,
    error: row.error,
    attempts: row.attempts,
    createdAtMs: row.created_at.getTime(),
    sendingAtMs: row.sending_at?.getTime() ?? null,
    settledAtMs: row.settled_at?.getTime() ?? null,
    isStored: true,
  };
  turn.outbox.set(name, record);
  return record;
}
