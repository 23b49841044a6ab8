import type { World } from '../host/world.ts';

/** A person ends a run that is active, whoever drives it. As the server's `cancelRun`. @returns False when none is active. */
export function cancelRun({ store, random, trace }: Pick<World, 'store' | 'random' | 'trace'>): boolean {
  const active = [...store.runs.values()].filter(({ status }) => status === 'running' || status === 'waiting');
  if (active.length === 0) return false;
  const run = random.pick(active);
  trace.note(() => `A person cancels ${run.id}`);
  run.status = 'cancelled';
  run.version += 1;
  run.endedAtMs = store.nowMs();
  run.snapshot = JSON.stringify({ ...JSON.parse(run.snapshot), status: 'cancelled', positions: {} });
  for (const [name, wait] of store.waits) if (wait.runId === run.id) store.waits.delete(name);
  store.wake(run.subject);
  return true;
}
