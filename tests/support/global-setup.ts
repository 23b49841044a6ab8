import { randomBytes } from 'node:crypto';
import { dropTestDatabases, startTemporaryPostgres } from '../../server/src/postgres/testing/index.ts';

/**
 * Runs once before the tests that need a database. Gives them `TEST_DATABASE_URL`: that of a throw-away Postgres (about
 * one second), or the one that is set already, whose owner may create databases. Workers inherit the environment.
 *
 * @returns What vitest calls after the last test.
 */
export async function setup(): Promise<() => Promise<void>> {
  process.env['HEDDLE_TEST_RUN'] = randomBytes(4).toString('hex');
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return () => dropTestDatabases(given);
  const postgres = await startTemporaryPostgres();
  process.env['TEST_DATABASE_URL'] = postgres.url;
  return () => postgres.stop();
}
