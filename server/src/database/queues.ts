import type { Queue } from 'pg-boss';

/** The schema that pg-boss lives in. */
export const QUEUE_SCHEMA = 'pgboss';

/** Name of the queue whose cron job keeps tokens alive. */
export const CONNECTION_REFRESH_QUEUE = 'connection-refresh';

/**
 * Every job queue. They are made at migration time by the owner, because the server's own role may not create anything. Jobs carry
 * ids only: the tables of pg-boss have no row-level security. Turns are no jobs, see docs/adr/0003.
 */
export const QUEUES: readonly Queue[] = [
  {
    name: CONNECTION_REFRESH_QUEUE,
    policy: 'singleton',
    retryLimit: 3,
    retryBackoff: true,
    deleteAfterSeconds: 86_400,
  },
];
