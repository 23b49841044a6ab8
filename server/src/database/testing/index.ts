export { createMigratedDatabase, TEST_KEYS, type MigratedDatabase } from './create-migrated-database.ts';
