import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Connections } from './connections.ts';
import { expireOAuthStates } from './oauth-state.ts';

/** Tokens of 60 days are extended in their last week; a day that fails leaves six more. */
const REFRESH_BEFORE_MS = 7 * 86_400_000;

/**
 * The daily job: extends every token that ends within a week. What fails changes the status of its connection, where members see it;
 * the others are not held up.
 */
export async function refreshDueConnections(options: {
  database: Database;
  connections: Connections;
  clock: Clock;
  log: Log;
}): Promise<{ refreshed: number; failed: number }> {
  const { database, connections, clock, log } = options;
  await expireOAuthStates(database);
  const before = new Date(clock.nowMs() + REFRESH_BEFORE_MS);
  const { rows } = await sql<{ workspace_id: string; connection_id: string }>`
    select workspace_id, connection_id from heddle.connections_to_refresh(${before})`.execute(database.anyWorkspace);
  const result = { refreshed: 0, failed: 0 };
  for (const { workspace_id: workspaceId, connection_id: connectionId } of rows) {
    try {
      await connections.refresh(workspaceId, connectionId);
      result.refreshed += 1;
    } catch (error) {
      result.failed += 1;
      log.warn({ error, workspaceId, connectionId }, 'A token could not be extended');
    }
  }
  return result;
}
