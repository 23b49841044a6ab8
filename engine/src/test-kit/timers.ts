/** A wait that has a time. */
export interface Timer {
  readonly runId: string;
  readonly position: string;
  readonly dueAtMs: number;
  readonly kind: string;
}

/** Waits in memory, earliest first; of two at the same time the one that was set first. */
export interface Timers {
  set(runId: string, position: string, dueAtMs: number, kind: string): void;
  cancel(runId: string, position: string): void;
  next(): Timer | null;
  some(test: (runId: string, position: string, kind: string) => boolean): boolean;
  /** The wait of this kind that was set last. */
  newest(kind: string): Timer | null;
}

export function createTimers(): Timers {
  // A Map keeps the order in which waits were set, which breaks ties.
  const timers = new Map<string, Timer>();
  const keyOf = (runId: string, position: string): string => `${runId}/${position}`;
  return {
    set: (runId, position, dueAtMs, kind) => {
      timers.delete(keyOf(runId, position));
      timers.set(keyOf(runId, position), { runId, position, dueAtMs, kind });
    },
    cancel: (runId, position) => void timers.delete(keyOf(runId, position)),
    next: () => {
      let first: Timer | null = null;
      for (const timer of timers.values()) if (first === null || timer.dueAtMs < first.dueAtMs) first = timer;
      return first;
    },
    newest: (kind) => [...timers.values()].findLast((timer) => timer.kind === kind) ?? null,
    some: (test) => [...timers.values()].some((timer) => test(timer.runId, timer.position, timer.kind)),
  };
}
