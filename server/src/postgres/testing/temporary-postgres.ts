import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../embedded-postgres.ts';

export interface TemporaryPostgresOptions {
  /** Where the throw-away directory is made; default: the system's directory for temporary files. */
  readonly parentDir?: string;
  /** True flushes commits to disk as production does; needed wherever speed is measured. Default false. */
  readonly durable?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface TemporaryPostgres {
  /** The superuser's URL of the maintenance database `postgres`. */
  readonly url: string;
  /** Its throw-away directory, which lies in `parentDir`. */
  readonly dataDir: string;
  /** What it was started with, over the product's own settings. */
  readonly settings: Readonly<Record<string, string>>;
  /** Stops Postgres and deletes its directory. */
  stop(): Promise<void>;
}

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a Postgres that is gone, with its files, as soon as this process is: after `stop()`, a crash or a `kill -9`.
 * A second process sees to that; it waits for the end of a pipe that only we hold.
 *
 * @throws EmbeddedPostgresError
 */
export async function startTemporaryPostgres(options: TemporaryPostgresOptions = {}): Promise<TemporaryPostgres> {
  const parentDir = options.parentDir ?? tmpdir();
  mkdirSync(parentDir, { recursive: true });
  const dataDir = mkdtempSync(join(parentDir, 'heddle-postgres-'));
  const guardianFile = fileURLToPath(new URL('temporary-postgres-guardian.ts', import.meta.url));
  const guardian = spawn(process.execPath, [guardianFile, dataDir], {
    detached: true, // Ctrl-C must not reach it before it has cleaned up
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const guardianExit = once(guardian, 'exit');
  const stop = async (): Promise<void> => {
    guardian.stdin.end();
    await guardianExit;
  };
  try {
    const settings = { ...(options.durable ? {} : NOT_DURABLE), ...options.settings };
    const { url } = await startEmbeddedPostgres({ dataDir, database: 'postgres', settings });
    return { url, dataDir, settings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
