import type { DeliveryRow } from './model.ts';

/**
 * Which delivery goes next. First tries of one lane go one after the other, so that a quick receiver sees one person's
 * events in order; a retry comes back when it is due and overtakes or is overtaken, as on the platform.
 */
export class WebhookQueue {
  readonly #lanes = new Map<string, { readonly waiting: DeliveryRow[]; isBusy: boolean }>();
  #readyLanes: string[] = [];
  #later: DeliveryRow[] = [];

  /** Deliveries that could go now. */
  get hasReady(): boolean {
    return this.#readyLanes.length > 0;
  }

  get laterCount(): number {
    return this.#later.length;
  }

  add(row: DeliveryRow, nowMs: number): void {
    if (row.dueAtMs > nowMs) this.#later.push(row);
    else this.#addToLane(row);
  }

  /** Takes up to `limit` deliveries for one app, each from another lane; their lanes are busy until `release`. */
  take(limit: number): DeliveryRow[] {
    const taken: DeliveryRow[] = [];
    const kept: string[] = [];
    let at = 0;
    for (; at < this.#readyLanes.length && taken.length < limit; at += 1) {
      const key = this.#readyLanes[at] ?? '';
      const lane = this.#lanes.get(key);
      const first = lane?.waiting[0];
      if (!lane || !first) continue;
      if (taken[0] && taken[0].appId !== first.appId) {
        kept.push(key);
        continue;
      }
      lane.waiting.shift();
      lane.isBusy = true;
      taken.push(first);
    }
    this.#readyLanes = [...kept, ...this.#readyLanes.slice(at)];
    return taken;
  }

  release(row: DeliveryRow): void {
    const key = laneKey(row);
    const lane = this.#lanes.get(key);
    if (!lane) return;
    lane.isBusy = false;
    if (lane.waiting.length > 0) this.#readyLanes.push(key);
    else this.#lanes.delete(key);
  }

  /** Moves what has become due into its lane. @returns when the next one is due, or `undefined`. */
  wake(nowMs: number): number | undefined {
    const due = this.#later.filter((row) => row.dueAtMs <= nowMs);
    if (due.length > 0) {
      this.#later = this.#later.filter((row) => row.dueAtMs > nowMs);
      for (const row of due.sort((a, b) => a.dueAtMs - b.dueAtMs)) this.#addToLane(row);
    }
    let next: number | undefined;
    for (const row of this.#later) next = next === undefined ? row.dueAtMs : Math.min(next, row.dueAtMs);
    return next;
  }

  clear(): void {
    this.#lanes.clear();
    this.#readyLanes = [];
    this.#later = [];
  }

  #addToLane(row: DeliveryRow): void {
    const key = laneKey(row);
    const lane = this.#lanes.get(key) ?? { waiting: [], isBusy: false };
    this.#lanes.set(key, lane);
    lane.waiting.push(row);
    if (!lane.isBusy && lane.waiting.length === 1) this.#readyLanes.push(key);
  }
}

function laneKey(row: DeliveryRow): string {
  return `${row.appId}|${row.lane}`;
}
