import type { Store } from './store.ts';
import type { RunRow } from './tables.ts';

export function isActive(run: Pick<RunRow, 'status'> | undefined): boolean {
  return run?.status === 'running' || run?.status === 'waiting';
}

/** Ends a run whoever drives it, and what hangs on it. As `cancelRun` and `failRun` of the server with `heddle.after_run_ended`. */
export function endRun(store: Store, run: RunRow, status: 'cancelled' | 'failed', extra: object = {}): void {
  markEnded(store, run, status, extra);
  cancelChildren(store, run.id, null);
  const wakes = new Set([run.subject]);
  const above = run.parent === null || run.isReported ? undefined : store.runs.get(run.parent.runId);
  if (above !== undefined) wakes.add(above.subject);
  if (run.isLimited) for (const subject of firstQueued(store, run.flow)) wakes.add(subject);
  for (const subject of wakes) store.wake(subject);
}

/** Ends every run that a run started (at one position, or at all), and what those started. As `heddle.cancel_children`. */
export function cancelChildren(store: Store, runId: string, position: string | null): void {
  for (const child of store.runs.values()) {
    if (child.parent?.runId !== runId || (position !== null && child.parent.position !== position)) continue;
    child.isReported = true;
    if (!isActive(child)) continue;
    markEnded(store, child, 'cancelled', {});
    cancelChildren(store, child.id, null);
  }
}

function markEnded(store: Store, run: RunRow, status: 'cancelled' | 'failed', extra: object): void {
  run.status = status;
  run.version += 1;
  run.endedAtMs = store.nowMs();
  run.snapshot = JSON.stringify({ ...JSON.parse(run.snapshot), status, positions: {}, ...extra });
  for (const [name, wait] of store.waits) if (wait.runId === run.id) store.waits.delete(name);
}

/** The mailbox whose start of a flow is next, if any. */
export function firstQueued(store: Store, flow: number): string[] {
  for (const start of store.queued.values()) if (start.flow === flow) return [start.subject];
  return [];
}

/** A start waits no longer; the place that it leaves may be the next one's. */
export function leaveQueue(store: Store, eventId: string): void {
  const start = store.queued.get(eventId);
  store.queued.delete(eventId);
  if (start !== undefined) for (const subject of firstQueued(store, start.flow)) store.wake(subject);
}
