/** A line of the log at `error` or above, as JSON; secrets are out of it already. */
export interface ErrorReporter {
  write(line: string): void;
  /** Waits for reports under way. */
  stop(): Promise<void>;
}

/** The same fault is told once in this time: a database that is away would otherwise be told a thousand times. */
const QUIET_MS = 60_000;
const MAX_UNDER_WAY = 20;
const MAX_KNOWN = 1_000;
const TIMEOUT_MS = 5_000;

/**
 * Tells the operator's own address about faults: each new one as an HTTP POST with the log line as its JSON body and `repeated`, the number
 * of times it came since it was last told. What cannot be delivered is dropped; it stands in the log all the same.
 */
export function createErrorReporter(url: string, nowMs: () => number = Date.now): ErrorReporter {
  const known = new Map<string, { toldAtMs: number; repeated: number }>();
  const underWay = new Set<Promise<void>>();

  const send = async (body: string): Promise<void> => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
    } catch {
      // The log has it. Logging here would report the failed report.
    }
  };

  return {
    write(line) {
      const entry = parse(line);
      if (entry === null) return;
      const key = keyOf(entry);
      const before = known.get(key);
      if (before !== undefined && nowMs() - before.toldAtMs < QUIET_MS) {
        before.repeated += 1;
        return;
      }
      if (underWay.size >= MAX_UNDER_WAY) return;
      if (known.size >= MAX_KNOWN) known.clear();
      known.set(key, { toldAtMs: nowMs(), repeated: 0 });
      const done = send(JSON.stringify({ ...entry, repeated: before?.repeated ?? 0 })).finally(() =>
        underWay.delete(done),
      );
      underWay.add(done);
    },
    async stop() {
      await Promise.all(underWay);
    },
  };
}

function parse(line: string): Record<string, unknown> | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? { ...entry } : null;
  } catch {
    return null; // not a line of the log
  }
}

/** What makes two lines the same fault: their message and the kind of error. */
function keyOf({ msg, error }: Record<string, unknown>): string {
  const kind = typeof error === 'object' && error !== null && 'message' in error ? error.message : '';
  return `${String(msg)} / ${String(kind)}`;
}
