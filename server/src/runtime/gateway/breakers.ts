import type { LiveChange } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { newId, type Database, type Tx } from '../../database/index.ts';
import type { Log } from '../../log/index.ts';
import { toJsonb } from '../jsonb.ts';
import { CLOSED, MIN_FAILURES, nextBreaker, WINDOW_MS, type BreakerState, type CallOutcome } from './breaker-state.ts';

/** Keeps the breakers of connections in Postgres up to date. Whether a send may go out is decided by the checkpoint that announces it. */
export interface Breakers {
  /** Call it after each call whose outcome says something about the platform. Costs nothing while all is well. */
  note(workspaceId: string, connectionId: string, outcome: CallOutcome): Promise<void>;
}

/** What a process knows about a connection is read again after this time. */
const KNOWN_MS = 5_000;
const PAUSED = 'Sending is paused: ';

interface BreakerRow {
  readonly outcomes: [number, boolean][];
  readonly retry_at: Date | null;
  readonly opened_at: Date | null;
  readonly failed_probes: number;
}

export function createBreakers(deps: {
  readonly database: Database;
  readonly live: { publish(workspaceId: string, changes: readonly LiveChange[]): void };
  readonly log: Log;
}): Breakers {
  /** Connections with a row, or none, as last seen. */
  const known = new Map<string, { readonly isTroubled: boolean; readonly atMs: number }>();

  const isTroubled = async (workspaceId: string, connectionId: string, nowMs: number): Promise<boolean> => {
    const last = known.get(connectionId);
    if (last !== undefined && nowMs - last.atMs < KNOWN_MS) return last.isTroubled;
    const rows = await deps.database.withWorkspace(workspaceId, (tx) => readRow(tx, workspaceId, connectionId));
    known.set(connectionId, { isTroubled: rows !== undefined, atMs: nowMs });
    return rows !== undefined;
  };

  return {
    async note(workspaceId, connectionId, outcome) {
      const { endedAtMs, isOk } = outcome;
      if (isOk && !(await isTroubled(workspaceId, connectionId, endedAtMs))) return;
      const { state, change } = await deps.database.withWorkspace(workspaceId, async (tx) => {
        await sql`
          insert into heddle.breaker (workspace_id, connection_id) values (${workspaceId}, ${connectionId}) on conflict do nothing`.execute(
          tx,
        );
        const row = await readRow(tx, workspaceId, connectionId);
        const next = nextBreaker(toState(row), outcome);
        await write(tx, workspaceId, connectionId, next.state);
        if (next.change !== null) await tell(tx, workspaceId, connectionId, next.change, endedAtMs);
        return next;
      });
      known.set(connectionId, { isTroubled: state.retryAtMs !== null || state.outcomes.length > 0, atMs: endedAtMs });
      if (change === null) return;
      deps.log.warn({ workspaceId, connectionId, change }, 'The breaker of a connection changed');
      deps.live.publish(workspaceId, [{ kind: 'connection', id: connectionId }]);
    },
  };
}

async function readRow(tx: Tx, workspaceId: string, connectionId: string): Promise<BreakerRow | undefined> {
  const { rows } = await sql<BreakerRow>`
    select outcomes, retry_at, opened_at, failed_probes from heddle.breaker
    where workspace_id = ${workspaceId} and connection_id = ${connectionId} for update`.execute(tx);
  return rows[0];
}

function toState(row: BreakerRow | undefined): BreakerState {
  if (row === undefined) return CLOSED;
  return {
    outcomes: row.outcomes,
    retryAtMs: row.retry_at?.getTime() ?? null,
    openedAtMs: row.opened_at?.getTime() ?? null,
    failedProbes: row.failed_probes,
  };
}

async function write(tx: Tx, workspaceId: string, connectionId: string, state: BreakerState): Promise<void> {
  if (state.retryAtMs === null && state.outcomes.length === 0) {
    await sql`delete from heddle.breaker where workspace_id = ${workspaceId} and connection_id = ${connectionId}`.execute(
      tx,
    );
    return;
  }
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  await sql`
    update heddle.breaker set outcomes = ${toJsonb(state.outcomes)}::jsonb, opened_at = ${date(state.openedAtMs)}, failed_probes = ${state.failedProbes},
      probe_until = case when retry_at is distinct from ${date(state.retryAtMs)} then null else probe_until end, retry_at = ${date(state.retryAtMs)}
    where workspace_id = ${workspaceId} and connection_id = ${connectionId}`.execute(tx);
}

/** Says it on the connection and to the members. */
async function tell(
  tx: Tx,
  workspaceId: string,
  connectionId: string,
  change: 'opened' | 'closed',
  nowMs: number,
): Promise<void> {
  const reason =
    change === 'opened'
      ? `${PAUSED}the platform failed ${MIN_FAILURES} times within ${WINDOW_MS / 1_000} seconds. Heddle tries again by itself; nothing is lost.`
      : null;
  const { rows } = await sql<{ username: string }>`
    update heddle.connection set status_reason = case when status_reason is null or starts_with(status_reason, ${PAUSED}) then ${reason} else status_reason end
    where workspace_id = ${workspaceId} and id = ${connectionId} returning username`.execute(tx);
  const account = `@${rows[0]?.username ?? connectionId}`;
  const text =
    reason === null ? `${account}: the platform works again; what waited is being sent.` : `${account}: ${reason}`;
  await sql`
    insert into heddle.member_notice (workspace_id, id, node, text, topic, connection_id, created_at)
    values (${workspaceId}, ${newId()}, '', ${text}, 'connection', ${connectionId}, ${new Date(nowMs)})`.execute(tx);
}
