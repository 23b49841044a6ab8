/** A thread that plays seeds over a database of its own, one after the other, in ascending order. */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { createMigratedDatabase } from '../../../server/src/database/testing/index.ts';
import type { Bug } from '../bugs.ts';
import { simulateOnPostgres } from './simulate-on-postgres.ts';

/** What the main thread sends: a seed to play. Answered by its outcome. */
export interface SeedRequest {
  readonly seed: number;
  readonly traceLines: number;
  readonly bugs: readonly Bug[];
}

process.env['TEST_DATABASE_URL'] = (workerData as { readonly url: string }).url;
const opened = open();

async function open() {
  const migrated = await createMigratedDatabase();
  return { database: migrated.database, owner: new pg.Pool({ connectionString: migrated.ownerUrl, max: 1 }) };
}

parentPort?.on('message', (request: SeedRequest) => void play(request));

async function play({ seed, traceLines, bugs }: SeedRequest): Promise<void> {
  const outcome = await simulateOnPostgres(await opened, seed, { traceLines, bugs });
  const { violation, ...rest } = outcome;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage({ ...rest, violation: violation === null ? null : violation.message });
}
