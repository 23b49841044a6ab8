import { FlowError, type JsonObject } from '@heddle/schemas';
import type { ScanView } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { newId } from '../database/index.ts';
import { startByHand } from '../flows/start-by-hand.ts';
import type { Caller, Deps } from '../http/deps.ts';
import { getScan, readScans, settleScans } from './scan-views.ts';
import { getSyncFlow } from './sync-flow.ts';

/** What a scan is asked for. */
export interface ScanWish {
  readonly connectionId?: string;
  readonly limit?: number;
  readonly since?: string;
  readonly includeCarousels?: boolean;
  readonly includeVideos?: boolean;
}

/**
 * Starts the flow that scans an account. While a scan of the account is under way, that one is the answer: a second click is no second scan.
 *
 * @throws FlowError `CONNECTION_NOT_READY` without an account, `NOT_FOUND` for one that is not there.
 */
export async function startScan(deps: Deps, caller: Caller, wish: ScanWish): Promise<ScanView> {
  const { workspaceId } = caller;
  const connectionId = await chooseConnection(deps, caller, wish.connectionId);
  const running = await deps.database.withWorkspace(workspaceId, async (tx) => {
    await settleScans(tx, deps.clock.nowMs());
    return (await readScans(tx, { runningOn: connectionId, limit: 1 }, deps.clock.nowMs()))[0];
  });
  if (running !== undefined) return running;
  const flowId = await getSyncFlow(deps, caller, connectionId);
  const id = newId();
  const options: JsonObject = {
    limit: wish.limit ?? 200,
    since: wish.since ?? '',
    includeCarousels: wish.includeCarousels ?? true,
    includeVideos: wish.includeVideos ?? false,
  };
  await deps.database.withWorkspace(workspaceId, (tx) =>
    sql`
      insert into heddle.catalog_scan (workspace_id, id, connection_id, flow_id, status, options, started_at)
      values (${workspaceId}, ${id}, ${connectionId}, ${flowId}, 'running', ${JSON.stringify(options)}::jsonb, ${new Date(deps.clock.nowMs())})`.execute(
      tx,
    ),
  );
  try {
    const eventId = await startByHand(deps, caller, flowId, { data: { scanId: id } });
    return await deps.database.withWorkspace(workspaceId, async (tx) => {
      await sql`update heddle.catalog_scan set event_id = ${eventId} where id = ${id}`.execute(tx);
      return getScan(tx, id, deps.clock.nowMs());
    });
  } catch (error) {
    await deps.database.withWorkspace(workspaceId, (tx) =>
      sql`delete from heddle.catalog_scan where id = ${id} and run_id is null`.execute(tx),
    );
    throw error;
  }
}

async function chooseConnection(deps: Deps, caller: Caller, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return (await deps.connections.get(caller.workspaceId, wanted)).id;
  const accounts = (await deps.connections.list(caller.workspaceId)).filter((row) => row.platform === 'instagram');
  const chosen = accounts.find((row) => row.is_default) ?? accounts[0];
  if (chosen === undefined) throw new FlowError('CONNECTION_NOT_READY', 'No Instagram account is connected.');
  return chosen.id;
}
