import { sql } from 'kysely';
import { newId, type Database } from '../../database/index.ts';
import { toJsonb } from '../../database/jsonb.ts';
import { CLOSED, MIN_FAILURES, WINDOW_MS, type BreakerState } from './breaker-state.ts';

const PAUSED = 'Sending is paused: ';

/** Whether all is well: such a state has no row. */
export function isQuiet({ retryAtMs, outcomes }: BreakerState): boolean {
  return retryAtMs === null && outcomes.length === 0;
}

/** Takes no lock: whoever changes it says what it was. */
export async function readBreaker(
  database: Database,
  workspaceId: string,
  connectionId: string,
): Promise<BreakerState> {
  const { rows } = await database.withWorkspace(workspaceId, (tx) =>
    sql<{
      outcomes: [number, boolean][];
      retry_at: Date | null;
      opened_at: Date | null;
      failed_probes: number;
    }>`
      select outcomes, retry_at, opened_at, failed_probes from heddle.breaker
      where workspace_id = ${workspaceId} and connection_id = ${connectionId}`.execute(tx),
  );
  const [row] = rows;
  if (row === undefined) return CLOSED;
  return {
    outcomes: row.outcomes,
    retryAtMs: row.retry_at?.getTime() ?? null,
    openedAtMs: row.opened_at?.getTime() ?? null,
    failedProbes: row.failed_probes,
  };
}

/**
 * Writes the next state in one statement: a process that is stopped between two holds the row, and everybody who sends from the account waits
 * for it. What opens or closes is said on the connection and to the members.
 *
 * @param nowMs Epoch ms. @returns False when it was no longer as it was read; then nothing is written.
 */
export async function changeBreaker(
  database: Database,
  {
    workspaceId,
    connectionId,
    was,
    state,
    change,
    nowMs,
  }: {
    readonly workspaceId: string;
    readonly connectionId: string;
    readonly was: BreakerState;
    readonly state: BreakerState;
    readonly change: 'opened' | 'closed' | null;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const { rows } = await database.pool.query<{ is_changed: boolean }>({
    name: 'heddle-change-breaker',
    text: 'select heddle.change_breaker($1::uuid, $2::uuid, $3::jsonb, $4::jsonb, $5::jsonb) as is_changed',
    values: [
      workspaceId,
      connectionId,
      toRow(was),
      toRow(state),
      change === null ? null : toJsonb(telling(change, nowMs)),
    ],
  });
  return rows[0]?.is_changed === true;
}

function toRow(state: BreakerState): string | null {
  if (isQuiet(state)) return null;
  const date = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
  return toJsonb({
    outcomes: state.outcomes,
    retry_at: date(state.retryAtMs),
    opened_at: date(state.openedAtMs),
    failed_probes: state.failedProbes,
  });
}

function telling(change: 'opened' | 'closed', nowMs: number) {
  const reason =
    change === 'opened'
      ? `${PAUSED}the platform failed ${MIN_FAILURES} times within ${WINDOW_MS / 1_000} seconds. Heddle tries again by itself; nothing is lost.`
      : null;
  const text = reason ?? 'the platform works again; what waited is being sent.';
  return { prefix: PAUSED, reason, text, noticeId: newId(), at: new Date(nowMs) };
}
