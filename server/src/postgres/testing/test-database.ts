import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabaseOptions {
  /** Names the template: equal names must mean an equal `prepare`. Letters, digits and `_`. */
  readonly templateName: string;
  /**
   * Fills the template: migrations, fixtures. Called once per test run whatever the number of test files and workers,
   * with the owner's URL of an empty database. Left out: the template stays empty.
   */
  readonly prepare?: (url: string) => Promise<void>;
}

export interface TestDatabase {
  readonly name: string;
  /** The owner's URL. */
  readonly url: string;
  /** Closes every connection to the database and drops it. */
  drop(): Promise<void>;
}

/**
 * Creates a database that nobody else uses, as a copy of a template prepared once per run. Takes about 30 ms, or what
 * `prepare` takes for whoever comes first.
 *
 * Needs `TEST_DATABASE_URL` (the owner's URL of a maintenance database), which the test run's global set-up provides.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const maintenanceUrl = process.env['TEST_DATABASE_URL'];
  if (!maintenanceUrl) {
    throw new Error('TEST_DATABASE_URL is not set. Start tests with "npm test", or "npm test -- FILE" for one file.');
  }
  const template = `template_${testRun()}_${options.templateName}`;
  const name = `test_${testRun()}_${randomBytes(6).toString('hex')}`;
  await withClient(maintenanceUrl, async (client) => {
    await ensureTemplate(client, maintenanceUrl, template, options.prepare);
    await client.query(`create database ${quote(name)} template ${quote(template)}`);
  });
  return {
    name,
    url: databaseUrl(maintenanceUrl, name),
    drop: () =>
      withClient(maintenanceUrl, async (client) => {
        await client.query(`drop database if exists ${quote(name)} with (force)`);
      }),
  };
}

/** Drops what the test run left behind: its templates, and the databases of files that crashed. */
export async function dropTestDatabases(maintenanceUrl: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      `select datname from pg_database where datname like $1 or datname like $2`,
      [`template\\_${testRun()}\\_%`, `test\\_${testRun()}\\_%`],
    );
    for (const { datname } of rows) await client.query(`drop database if exists ${quote(datname)} with (force)`);
  });
}

/** Workers of one run share templates; another run on the same server, perhaps of other code, does not. */
function testRun(): string {
  return process.env['HEDDLE_TEST_RUN'] ?? 'run';
}

async function ensureTemplate(
  client: pg.Client,
  maintenanceUrl: string,
  template: string,
  prepare: TestDatabaseOptions['prepare'],
): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [template]);
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
    if (rowCount) return;
    // Prepared under another name and renamed when done, so a preparation that fails is never taken for a template.
    const draft = `${template}_draft`;
    await client.query(`drop database if exists ${quote(draft)} with (force)`);
    await client.query(`create database ${quote(draft)}`);
    await prepare?.(databaseUrl(maintenanceUrl, draft));
    // A template can be copied only while nobody is connected to it.
    await client.query(`alter database ${quote(draft)} with allow_connections false`);
    await client.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [draft]);
    await client.query(`alter database ${quote(draft)} rename to ${quote(template)}`);
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [template]);
  }
}

function databaseUrl(maintenanceUrl: string, name: string): string {
  const url = new URL(maintenanceUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

function quote(name: string): string {
  return pg.escapeIdentifier(name);
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
