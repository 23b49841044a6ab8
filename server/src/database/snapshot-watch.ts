import { Gauge, type Registry } from 'prom-client';
import { sql } from 'kysely';
import type { Log } from '../log/index.ts';
import type { Database } from './database.ts';

/** Watches for transactions that stay open. */
export interface SnapshotWatch {
  /** What an operator should know now; null: nothing. */
  warning(): string | null;
  /** Looks once. It does so by itself every ten seconds. */
  look(): Promise<void>;
  stop(): void;
}

const LOOK_EVERY_MS = 10_000;
/**
 * Behind an open snapshot vacuum cleans nothing, and the hot tables grow: claims become slower within minutes. Ours end within 30 s
 * (statement_timeout). An alarm 60 s after such a transaction began leaves one look to spare.
 */
const ALARM_AFTER_SECONDS = 45;
/** While it lasts it is said again this often. */
const SAY_AGAIN_SECONDS = 300;

/** @param alarmAfterSeconds For tests. */
export function startSnapshotWatch(options: {
  database: Database;
  metrics: Registry;
  log: Log;
  alarmAfterSeconds?: number;
}): SnapshotWatch {
  const { database, log, alarmAfterSeconds = ALARM_AFTER_SECONDS } = options;
  const gauge = new Gauge({
    name: 'heddle_oldest_snapshot_seconds',
    help: 'Age of the oldest transaction that keeps vacuum from cleaning; 0 without one',
    registers: [options.metrics],
  });
  let warning: string | null = null;
  let saidAtSeconds = 0;

  const look = async (): Promise<void> => {
    const { rows } = await sql<{ seconds: number; application: string; pid: number | null }>`
      select seconds, application, pid from heddle.oldest_snapshot()`.execute(database.anyWorkspace);
    const [held] = rows;
    gauge.set(held?.seconds ?? 0);
    if (held === undefined || held.seconds < alarmAfterSeconds) {
      if (warning !== null) log.info('The transaction that kept Postgres from cleaning up has ended');
      warning = null;
      return;
    }
    const seconds = Math.floor(held.seconds);
    const isNews = warning === null || seconds - saidAtSeconds >= SAY_AGAIN_SECONDS;
    warning = `A transaction has been open for ${seconds} s; Postgres cannot clean up behind it`;
    if (!isNews) return;
    saidAtSeconds = seconds;
    log.warn({ seconds, application: held.application, pid: held.pid }, warning);
  };

  const timer = setInterval(() => {
    // The database is away: whoever needs it says so.
    look().catch((error: unknown) => log.debug({ error }, 'Open transactions could not be looked for'));
  }, LOOK_EVERY_MS).unref();
  return { warning: () => warning, look, stop: () => clearInterval(timer) };
}
