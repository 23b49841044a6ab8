import type { Clock } from './clock.ts';

/** The part of a pool that is needed. */
export interface TimeSource {
  query(sql: string): Promise<{ rows: { ms: number }[] }>;
}

/** How often the database is asked again: quartz drifts by some 50 ppm, so this keeps processes within a millisecond of each other. */
const ASK_EVERY_MS = 30_000;

/** A clock that all processes of one database share. */
export interface DatabaseClock extends Clock {
  stop(): void;
}

/**
 * Tells the time of the database. Leases, waits and the age of a send are compared between processes; a process whose own clock is wrong,
 * or is set while it runs, would steal leases and fire waits early. Between two questions the monotonic clock counts on.
 *
 * @throws The error of the first question. Later ones may fail: the last answer then goes on counting.
 */
export async function createDatabaseClock(source: TimeSource): Promise<DatabaseClock> {
  const ask = async (): Promise<{ epochMs: number; atMs: number }> => {
    const before = performance.now();
    const { rows } = await source.query('select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms');
    // The answer was made somewhere between question and arrival; the middle is the best guess.
    return { epochMs: rows[0]?.ms ?? Date.now(), atMs: (before + performance.now()) / 2 };
  };
  let known = await ask();
  const timer = setInterval(() => {
    ask().then(
      (answer) => (known = answer),
      () => undefined, // the database is away; whoever needs it says so
    );
  }, ASK_EVERY_MS).unref();
  return {
    nowMs: () => Math.round(known.epochMs + performance.now() - known.atMs),
    stop: () => clearInterval(timer),
  };
}
