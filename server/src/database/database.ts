import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { StartupError } from '../startup-error.ts';
import type { Tables } from './tables.ts';

/** A transaction with the workspace set. */
export type Tx = Transaction<Tables>;

export interface Database {
  /** The only door to a tenant's rows: one transaction in which `app.workspace` is set. Rolled back when `work` throws. */
  withWorkspace<T>(workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** For the routing functions, which are no tenant's. A tenant table read through this raises. */
  readonly anyWorkspace: Kysely<Tables>;
  /** For the hot path with prepared statements. Set `app.workspace` with `set_config(…, true)` inside a transaction. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** URL of the server's role, as `migrate` gives it. */
  readonly appUrl: string;
  /** Connections of this process at most; default 20. */
  readonly maxConnections?: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  readonly onError?: (error: Error) => void;
}

/** Opens the pool. Connects on first use. */
export function createDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.appUrl,
    max: options.maxConnections ?? 20,
    connectionTimeoutMillis: 10_000,
    // A forgotten transaction keeps vacuum from cleaning the hot tables, a runaway statement holds a connection.
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'heddle',
  });
  // Without a listener a broken idle connection would end the process.
  pool.on('error', (error) => options.onError?.(error));
  surviveLostConnections(pool);
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    withWorkspace: (workspaceId, work) =>
      kysely.transaction().execute(async (tx) => {
        await sql`select set_config('app.workspace', ${workspaceId}, true)`.execute(tx);
        return work(tx);
      }),
    anyWorkspace: kysely,
    pool,
    close: () => kysely.destroy(),
  };
}

/**
 * The pool listens to idle connections only. One that breaks while it is lent out, between two statements of a transaction, would end the
 * process; whoever holds it learns of it by its next statement.
 */
export function surviveLostConnections(pool: pg.Pool): void {
  pool.on('connect', (client) => void client.on('error', () => undefined));
}

/**
 * Checks that row-level security holds for the role we connected as.
 *
 * @throws StartupError when the role is a superuser, bypasses policies, or owns a table.
 */
export async function checkAppRole(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ name: string; is_super: boolean; bypasses: boolean; owns: number }>(
    `select r.rolname as name, r.rolsuper as is_super, r.rolbypassrls as bypasses,
       (select count(*)::int from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relowner = r.oid and n.nspname = 'heddle') as owns
     from pg_roles r where r.rolname = current_user`,
  );
  const role = rows[0];
  if (role === undefined || role.is_super || role.bypasses || role.owns > 0) {
    throw new StartupError(
      `The server would connect as the database role "${role?.name ?? '?'}", for which row-level security does not hold.`,
      'Give DATABASE_URL the owner role and leave the server role to Heddle.',
    );
  }
}
