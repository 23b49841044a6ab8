/** What happened, for people. Costs nothing unless a seed is replayed: lines are made only when somebody reads them. */
export interface Trace {
  note(line: () => string): void;
  lines(): readonly string[];
}

/** @param most Lines kept, the newest ones; 0: none are made. */
export function createTrace(most: number, nowMs: () => number): Trace {
  const kept: string[] = [];
  let startMs: number | null = null;
  return {
    note: (line) => {
      if (most === 0) return;
      startMs ??= nowMs();
      if (kept.length >= most) kept.shift();
      kept.push(`${formatTime(nowMs() - startMs)}  ${line()}`);
    },
    lines: () => kept,
  };
}

/** Virtual time since the start: `2d 03:04:05.678`. */
function formatTime(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  const time = new Date(ms - days * 86_400_000).toISOString().slice(11, 23);
  return `${String(days).padStart(3)}d ${time}`;
}
