import pg from 'pg';
import { startEmbeddedPostgres } from './postgres/index.ts';
import type { Log } from './log/index.ts';
import type { Settings } from './settings.ts';
import { StartupError } from './startup-error.ts';

/** Network errors and SQLSTATEs that say that the server cannot be used as the address says, each with what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Start that Postgres, or correct host and port in DATABASE_URL.',
  ENOTFOUND: 'Correct the host in DATABASE_URL.',
  ETIMEDOUT: 'Check host, port and firewall of DATABASE_URL.',
  '28P01': 'Correct user and password in DATABASE_URL.',
  '28000': 'Correct the user in DATABASE_URL, or let it in (pg_hba.conf).',
  '3D000': 'Create the database, or correct its name in DATABASE_URL.',
  '53300': 'Let that Postgres take more connections (max_connections).',
  '57P03': 'It is starting or stopping; wait a moment, then start again.',
};

/** The owner's URL of the database: that of DATABASE_URL, or of the embedded Postgres, which is started or adopted. */
export async function openPostgres(
  settings: Settings,
  tell: (message: string) => void,
  log: Log,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (settings.databaseUrl === undefined) {
    tell('Starting Postgres');
    const postgres = await startEmbeddedPostgres({
      dataDir: settings.dataDir,
      database: 'heddle',
      onRevived: (error) =>
        error === undefined
          ? log.warn('Postgres had ended and was started again')
          : log.error({ error }, 'Postgres has ended and could not be started again; trying again'),
    });
    return { url: postgres.url, stop: () => postgres.stop() };
  }
  tell('Connecting to the Postgres of DATABASE_URL');
  const client = new pg.Client({ connectionString: settings.databaseUrl, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    await client.end();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    const where = new URL(settings.databaseUrl);
    throw new StartupError(
      `The Postgres at ${where.hostname}:${where.port || '5432'} cannot be used: ${cause instanceof Error ? cause.message || code : String(cause)}`,
      REMEDIES[code] ?? 'Check DATABASE_URL, or leave it out to use the Postgres that comes with Heddle.',
      { cause },
    );
  }
  return { url: settings.databaseUrl, stop: () => Promise.resolve() };
}
