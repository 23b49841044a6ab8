import { nextScheduleTick } from '@heddle/nodes/definitions';
import type { ScheduleRow } from '../model/tables.ts';
import type { Taker } from './taker.ts';

/**
 * Turns schedules that are due into events, as the server's `fireSchedules`: the event first, then the next tick. Its key is flow, node and
 * tick, so a tick that two processes see, or one process twice, is one event.
 *
 * @throws DatabaseError
 */
export async function fireSchedules({ world, process, nowMs }: Taker): Promise<void> {
  const { store } = world;
  const atMs = nowMs();
  const due = await world.database(process, 'due schedules', () =>
    store.schedules.filter(({ nextTickAtMs }) => nextTickAtMs <= atMs).map((row) => ({ ...row })),
  );
  for (const seen of due) {
    const tickMs = newestTickMs(seen, atMs);
    const by = world.bugs.has('tickPerProcess') ? `${process.name}:` : '';
    await world.database(process, `tick of flow ${seen.flow}`, () => {
      const result = store.ingest({
        event: {
          kind: 'core/schedule',
          key: `tick:${by}${seen.flow}:${seen.node}:${tickMs}`,
          occurredAtMs: tickMs,
          data: { tickAt: new Date(tickMs).toISOString(), tickAtMs: tickMs },
        },
        target: { flow: seen.flow, node: seen.node },
      });
      world.trace.note(() => `${process.name} TICK of flow ${seen.flow}: ${result}`);
    });
    const nextMs = nextScheduleTick(seen.config, atMs);
    await world.database(process, `next tick of flow ${seen.flow}`, () => {
      const row = store.schedules.find(({ flow, node }) => flow === seen.flow && node === seen.node);
      if (row?.nextTickAtMs === seen.nextTickAtMs) row.nextTickAtMs = nextMs;
    });
  }
}

/** The last tick that has come, given the first one. */
function newestTickMs({ config, nextTickAtMs }: ScheduleRow, nowMs: number): number {
  let newestMs = nextTickAtMs;
  for (let step = 0; step < 1000; step += 1) {
    const nextMs = nextScheduleTick(config, newestMs);
    if (nextMs > nowMs) break;
    newestMs = nextMs;
  }
  return newestMs;
}
