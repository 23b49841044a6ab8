import type { World } from '../host/world.ts';
import { endRun, isActive } from './end-runs.ts';

/** A person ends a run that is active, whoever drives it. As the server's `cancelRun`. @returns False when none is active. */
export function cancelRun({ store, random, trace }: Pick<World, 'store' | 'random' | 'trace'>): boolean {
  const active = [...store.runs.values()].filter(isActive);
  if (active.length === 0) return false;
  const run = random.pick(active);
  trace.note(() => `A person cancels ${run.id}`);
  endRun(store, run, 'cancelled');
  return true;
}
