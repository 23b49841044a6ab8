import { nextScheduleTick, type ScheduleConfig } from '@heddle/nodes/definitions';
import { sql } from 'kysely';
import type { RuntimeDeps } from '../deps.ts';
import type { Ingest } from '../ingest/ingest.ts';

/** Schedules looked at in one go. */
const BATCH = 200;

/**
 * Turns schedules that are due into inbound events. The key of an event is flow, node and tick, so a tick that two processes see, or one
 * process twice, is one event. After a stop the newest missed tick fires once, older ones are skipped.
 *
 * @returns How many ticks there were.
 */
export async function fireSchedules(deps: RuntimeDeps, ingest: Ingest): Promise<number> {
  const nowMs = deps.clock.nowMs();
  const { rows: due } = await sql<{ workspace_id: string; flow_id: string; node: string }>`
    select * from heddle.due_schedules(${new Date(nowMs)}, ${BATCH})`.execute(deps.database.anyWorkspace);
  for (const { workspace_id: workspaceId, flow_id: flowId, node } of due) {
    const tick = await deps.database.withWorkspace(workspaceId, async (tx) => {
      const { rows } = await sql<{ schedule: ScheduleConfig; next_tick_at: Date }>`
        select schedule, next_tick_at from heddle.trigger_subscription
        where workspace_id = ${workspaceId} and flow_id = ${flowId} and node = ${node} and next_tick_at <= ${new Date(nowMs)}`.execute(
        tx,
      );
      return rows[0];
    });
    if (tick === undefined) continue;
    const tickMs = newestTickMs(tick.schedule, tick.next_tick_at.getTime(), nowMs);
    // The event first: should we stop in between, the same tick comes again and its key is known.
    await ingest.accept(workspaceId, [
      {
        event: {
          kind: 'core/schedule',
          key: `tick:${node}:${new Date(tickMs).toISOString()}`,
          occurredAtMs: tickMs,
          data: { tickAt: new Date(tickMs).toISOString(), tickAtMs: tickMs },
        },
        platform: 'core',
        connectionId: null,
        target: { flowId, node },
      },
    ]);
    const nextAt = new Date(nextScheduleTick(tick.schedule, nowMs));
    await deps.database.withWorkspace(workspaceId, (tx) =>
      sql`
        update heddle.trigger_subscription set next_tick_at = ${nextAt}
        where workspace_id = ${workspaceId} and flow_id = ${flowId} and node = ${node} and next_tick_at = ${tick.next_tick_at}`.execute(
        tx,
      ),
    );
  }
  return due.length;
}

/** The last tick that has come, given the first one. Looks at few: an hourly schedule after a year's stop is not walked through. */
function newestTickMs(config: ScheduleConfig, firstMs: number, nowMs: number): number {
  let newestMs = firstMs;
  for (let step = 0; step < 1000; step += 1) {
    const nextMs = nextScheduleTick(config, newestMs);
    if (nextMs > nowMs) break;
    newestMs = nextMs;
  }
  return newestMs;
}
