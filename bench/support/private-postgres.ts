import { resolve } from 'node:path';
import { startTemporaryPostgres, type TemporaryPostgres } from '../../server/src/postgres/testing/index.ts';

/** Below the repository: the same disk as a local installation's data. Not in git. */
export const BENCH_DIR = resolve(import.meta.dirname, '..', '..', '.bench');

/**
 * Starts a Postgres for one benchmark, with production's durability: every commit is flushed to disk.
 *
 * @param settings Postgres settings over the product's own.
 * @returns The owner's URL of the maintenance database; give `stop` to `context.afterwards`.
 */
export function startPrivatePostgres(settings: Readonly<Record<string, string>> = {}): Promise<TemporaryPostgres> {
  return startTemporaryPostgres({ parentDir: BENCH_DIR, durable: true, settings });
}
