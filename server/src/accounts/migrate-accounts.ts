import { getMigrations } from 'better-auth/db/migration';
import pg from 'pg';
import { authOptions } from './auth-options.ts';

/** Makes the schema of the accounts library and brings its tables up to date, as the owner. */
export async function migrateAccounts(ownerUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1, options: '-c search_path=auth' });
  try {
    await pool.query('create schema if not exists auth');
    // Tables do not depend on address and secret.
    const options = authOptions(pool, {
      publicUrl: 'http://localhost',
      origins: [],
      secret: 'only the tables matter here, nothing is signed',
    });
    const { runMigrations } = await getMigrations(options);
    await runMigrations();
  } finally {
    await pool.end();
  }
}
