/** What happens from outside, by the virtual clock. */
export interface Agenda {
  at(atMs: number, run: () => Promise<void> | void): void;
  /** What is due at that moment, the earliest first, or null. */
  takeDue(nowMs: number): (() => Promise<void> | void) | null;
  nextAtMs(): number | null;
}

export function createAgenda(): Agenda {
  const items: { readonly atMs: number; readonly run: () => Promise<void> | void }[] = [];
  return {
    at(atMs, run) {
      const place = items.findIndex((item) => item.atMs > atMs);
      items.splice(place < 0 ? items.length : place, 0, { atMs, run });
    },
    takeDue: (nowMs) => ((items[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs ? (items.shift()?.run ?? null) : null),
    nextAtMs: () => items[0]?.atMs ?? null,
  };
}
