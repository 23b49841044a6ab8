import { FlowError } from '@heddle/schemas';
import { api } from '@heddle/schemas/api';
import { sql } from 'kysely';
import { endpoint, type Route } from '../http/endpoint.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import { decodeCursor, encodeCursor } from '../runs/page.ts';
import { getScan, readScans, readSyncMetrics, settleScans } from './scan-views.ts';
import { startScan } from './start-scan.ts';

/** Operations on scans. */
export const scanRoutes: readonly Route[] = [
  endpoint(api.catalog.scan, ({ body, caller, deps }) => startScan(deps, caller, body)),

  endpoint(api.catalog.getScan, ({ params, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      await settleScans(tx, deps.clock.nowMs());
      return getScan(tx, params.id, deps.clock.nowMs());
    }),
  ),

  endpoint(api.catalog.cancelScan, async ({ params, caller, deps }) => {
    const scan = await deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const nowMs = deps.clock.nowMs();
      const { status, runId } = await getScan(tx, params.id, nowMs);
      if (status !== 'running') throw new FlowError('RUN_NOT_ACTIVE', 'The scan has ended already.');
      await sql`update heddle.catalog_scan set status = 'cancelled', ended_at = ${new Date(nowMs)} where id = ${params.id}`.execute(
        tx,
      );
      if (runId !== null) {
        await cancelRun(tx, caller.workspaceId, runId, nowMs).catch((error: unknown) => {
          // It ended at this very moment; the scan is over either way.
          if (!(error instanceof FlowError) || error.code !== 'RUN_NOT_ACTIVE') throw error;
        });
      }
      return getScan(tx, params.id, nowMs);
    });
    if (scan.runId !== null && scan.flowId !== null)
      deps.live.publish(caller.workspaceId, [
        { kind: 'run', id: scan.runId, flowId: scan.flowId, status: 'cancelled' },
      ]);
    return scan;
  }),

  endpoint(api.catalog.syncHistory, ({ query, caller, deps }) =>
    deps.database.withWorkspace(caller.workspaceId, async (tx) => {
      const nowMs = deps.clock.nowMs();
      const limit = query.limit ?? 50;
      const before = decodeCursor(query.cursor, 1)?.[0];
      await settleScans(tx, nowMs);
      const scans = await readScans(tx, { limit: limit + 1, ...(before === undefined ? {} : { before }) }, nowMs);
      const items = scans.slice(0, limit);
      const last = items.at(-1);
      return {
        items,
        nextCursor: scans.length > limit && last !== undefined ? encodeCursor([last.id]) : null,
        metrics: await readSyncMetrics(tx, nowMs),
      };
    }),
  ),
];
