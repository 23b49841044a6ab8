import { readdir, readFile } from 'node:fs/promises';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration';
import pg from 'pg';
import { migrateAccounts } from '../accounts/migrate-accounts.ts';
import { StartupError } from '../startup-error.ts';
import { appRoleFor, appUrlFor, ensureAppRole, grantToAppRole } from './app-role.ts';
import { installQueues } from './install-queues.ts';

/** Oldest Postgres we run on: 15 has `security_invoker` and the MERGE and RLS behaviour that our tests were made on. */
export const MINIMUM_POSTGRES = 15;

/** Key of the advisory lock under which one process at a time migrates a database. Any constant of our own. */
const MIGRATION_LOCK = 4_620_011_523;

export interface MigrateOptions {
  /** A role that may create schemas and roles. */
  readonly ownerUrl: string;
  /** HEDDLE_KEYS, 32 bytes each, newest first. */
  readonly keys: readonly Uint8Array[];
  /** Name of the server's role; default `<database>_app`. */
  readonly appRole?: string;
  readonly log?: (message: string) => void;
}

/**
 * Brings a database to the newest schema: roles, our numbered SQL files, accounts tables, job queues, grants. Safe to call from several
 * processes at once and again at every start.
 *
 * @returns The URL that the server connects with: the same database under a role that owns nothing.
 * @throws StartupError when the Postgres is too old, its role may not create roles, or a migration fails.
 */
export async function migrate(options: MigrateOptions): Promise<{ appUrl: string }> {
  const role = appRoleFor(options.ownerUrl, options.keys, options.appRole);
  const owner = new pg.Client({ connectionString: options.ownerUrl });
  await owner.connect();
  try {
    await checkVersion(owner);
    await owner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureAppRole(owner, role).catch((error: unknown) => {
      throw new StartupError(
        `The database role of DATABASE_URL may not create the role "${role.name}": ${error instanceof Error ? error.message : String(error)}`,
        'Give it the right: alter role … createrole. See docs/operators/database.md.',
        { cause: error },
      );
    });
    await runSqlFiles(options.ownerUrl, role.name, options.log);
    await migrateAccounts(options.ownerUrl);
    await installQueues(options.ownerUrl);
    await grantToAppRole(owner, role);
  } finally {
    await owner.end(); // gives the lock back too
  }
  return { appUrl: appUrlFor(options.ownerUrl, role) };
}

async function checkVersion(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ server_version_num: string; server_version: string }>(
    `select current_setting('server_version_num') as server_version_num, current_setting('server_version') as server_version`,
  );
  const found = rows[0];
  if (Number(found?.server_version_num) < MINIMUM_POSTGRES * 10_000) {
    throw new StartupError(
      `The Postgres of DATABASE_URL has version ${found?.server_version}; Heddle needs ${MINIMUM_POSTGRES} or newer.`,
      'Upgrade it, or leave DATABASE_URL out to use the Postgres that comes with Heddle.',
    );
  }
}

async function runSqlFiles(ownerUrl: string, appRole: string, log?: (message: string) => void): Promise<void> {
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  // The files name the server's role by this setting (heddle.protect_tenant_table).
  pool.on(
    'connect',
    (client) => void client.query(`select set_config('heddle.app_role', ${client.escapeLiteral(appRole)}, false)`),
  );
  pool.on('error', () => undefined); // an idle connection that breaks: the next query reports it
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db: database, provider: sqlFiles, migrationTableSchema: 'heddle' });
    const { error, results } = await migrator.migrateToLatest();
    for (const result of results ?? []) {
      if (result.status === 'Success') log?.(`Migrated the database: ${result.migrationName}`);
    }
    if (error !== undefined) {
      const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'before the first file';
      throw new StartupError(
        `Migration ${failed} failed: ${error instanceof Error ? error.message : String(error)}`,
        'Nothing of it was kept. Keep the database as it is and report this message.',
        { cause: error },
      );
    }
  } finally {
    await database.destroy();
  }
}

const sqlFiles: MigrationProvider = {
  async getMigrations(): Promise<Record<string, Migration>> {
    const folder = new URL('../../migrations/', import.meta.url);
    const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted();
    const entries = files.map(async (file): Promise<[string, Migration]> => {
      const text = await readFile(new URL(file, folder), 'utf8');
      return [file.replace(/\.sql$/, ''), { up: async (database) => void (await sql.raw(text).execute(database)) }];
    });
    return Object.fromEntries(await Promise.all(entries));
  },
};
