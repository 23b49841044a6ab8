import type { Queue } from 'pg-boss';

/** The schema that pg-boss lives in. */
export const QUEUE_SCHEMA = 'pgboss';

/** Name of the queue whose cron job keeps tokens alive. */
export const CONNECTION_REFRESH_QUEUE = 'connection-refresh';

/**
 * Every job queue. They are made at migration time by the owner, because the server's own role may not create anything. Jobs carry ids
 * only: pg-boss tables have no row-level security.
 */
export const QUEUES: readonly Queue[] = [
  // A turn never fails its job (what went wrong is recorded on the event or run), so retries are for a dead process only.
  { name: 'turn', retryLimit: 5, retryDelay: 1, expireInSeconds: 900, deleteAfterSeconds: 600 },
  { name: CONNECTION_REFRESH_QUEUE, policy: 'singleton', retryLimit: 3, retryBackoff: true, deleteAfterSeconds: 86_400 },
];
