import { PgBoss } from 'pg-boss';
import { CONNECTION_REFRESH_QUEUE, QUEUE_SCHEMA, type Database } from '../database/index.ts';
import type { Log } from '../log/index.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Connections } from './connections.ts';
import { refreshDueConnections } from './refresh-job.ts';

/** At night in most of the world's shops, and not on the hour when everybody else calls. */
const DAILY = '17 2 * * *';

/**
 * Runs the daily job on one process of the cluster at a time.
 *
 * @returns What stops it.
 */
export async function startRefreshSchedule(options: {
  appUrl: string;
  database: Database;
  connections: Connections;
  clock: Clock;
  log: Log;
}): Promise<() => Promise<void>> {
  const { log } = options;
  const boss = new PgBoss({
    connectionString: options.appUrl,
    schema: QUEUE_SCHEMA,
    // The tables were made by the owner; this role may not, and may not reindex either.
    migrate: false,
    createSchema: false,
    reindex: false,
    max: 2,
  });
  boss.on('error', (error: Error) => log.warn({ error }, 'Job queue'));
  await boss.start();
  await boss.schedule(CONNECTION_REFRESH_QUEUE, DAILY, null, { tz: 'UTC' });
  await boss.work(CONNECTION_REFRESH_QUEUE, { pollingIntervalSeconds: 30 }, async () => {
    const result = await refreshDueConnections(options);
    log.info(result, 'Tokens were looked after');
  });
  return () => boss.stop({ graceful: false });
}
