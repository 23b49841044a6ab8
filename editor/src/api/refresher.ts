/**
 * Refreshes a thing at once when it is asked for, and then not again before `everyMs` is over; what was asked for in between is refreshed
 * once at the end. Nothing is lost, and a burst costs two refreshes.
 */
export function createRefresher(refresh: (key: readonly unknown[]) => void, everyMs: number) {
  const resting = new Map<string, { timer: ReturnType<typeof setTimeout>; isAsked: boolean }>();
  const run = (name: string, key: readonly unknown[]): void => {
    refresh(key);
    const timer = setTimeout(() => {
      const entry = resting.get(name);
      resting.delete(name);
      if (entry?.isAsked === true) run(name, key);
    }, everyMs);
    resting.set(name, { timer, isAsked: false });
  };
  return {
    ask(key: readonly unknown[]): void {
      const name = JSON.stringify(key);
      const entry = resting.get(name);
      if (entry === undefined) run(name, key);
      else entry.isAsked = true;
    },
    stop(): void {
      for (const { timer } of resting.values()) clearTimeout(timer);
      resting.clear();
    },
  };
}
