export { startBreakablePostgres, type BreakablePostgres } from './breakable-postgres.ts';
export { startTemporaryPostgres, type TemporaryPostgres, type TemporaryPostgresOptions } from './temporary-postgres.ts';
export { createTestDatabase, dropTestDatabases, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
