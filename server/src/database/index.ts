export {
  checkAppRole,
  createDatabase,
  surviveLostConnections,
  type Database,
  type DatabaseOptions,
  type Tx,
} from './database.ts';
export { migrate, type MigrateOptions } from './migrate.ts';
export { newId } from './new-id.ts';
export { CONNECTION_REFRESH_QUEUE, QUEUE_SCHEMA, QUEUES } from './queues.ts';
export type { CreatedTimestamp, Json, NullableTimestamp, Timestamp } from './column-types.ts';
export type { Tables } from './tables.ts';
export { startSnapshotWatch, type SnapshotWatch } from './snapshot-watch.ts';
