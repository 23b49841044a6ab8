// For tests outside of the server package; its own tests import `server/src/postgres/testing` directly.
export {
  createTestDatabase,
  type TestDatabase,
  type TestDatabaseOptions,
} from '../../server/src/postgres/testing/index.ts';
