import pg from 'pg';
import { clusterDirectory, clusterOwner, createCluster, ownerUrl } from './cluster-directory.ts';
import { holdCluster } from './cluster-holder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { ensurePostmaster, stopPostmaster } from './postmaster.ts';
import { unprivilegedCommand } from './unprivileged-command.ts';

export interface EmbeddedPostgresOptions {
  /** Created if missing; the cluster becomes `<dataDir>/pg18`, its log `<dataDir>/pg18.log`. */
  readonly dataDir: string;
  /** Created if missing. */
  readonly database: string;
  /** Postgres settings over the defaults below. They take effect when this call starts Postgres, not when it adopts one. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where it has to listen when this call starts it; default: any free port. */
  readonly port?: number;
}

export interface EmbeddedPostgres {
  /** The superuser's URL of `database`. */
  readonly url: string;
  /** True when Postgres was running already: after a `kill -9` of its starter, or for a second process. */
  readonly adopted: boolean;
  /** Stops Postgres unless another process still uses it. May be called more than once. */
  stop(): Promise<void>;
}

const DEFAULT_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '128MB',
  // Stale planner statistics make the job tables up to 100 times slower; the default of a minute is too long for them.
  autovacuum_naptime: '10s',
  autovacuum_analyze_scale_factor: '0.02',
  autovacuum_vacuum_scale_factor: '0.05',
  log_min_messages: 'warning',
};

// Each round lost means that another holder stopped Postgres just as we came.
const HOLD_ATTEMPTS = 5;

/**
 * Brings up a private real Postgres: no daemon, no root rights, no change to the system. It listens on 127.0.0.1 at a free
 * port, its superuser has a random password, and it survives the death of this process, to be adopted by the next one.
 *
 * Several processes may call this at once for one directory: one starts Postgres, the others adopt it.
 *
 * @throws EmbeddedPostgresError whose message says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const binaries = await findPostgresBinaries();
  const cluster = clusterDirectory(options.dataDir);
  const command = unprivilegedCommand(binaries.initdb, clusterOwner(cluster));
  createCluster(cluster, binaries, command, settings['fsync'] !== 'off');

  for (let attempt = 1; attempt <= HOLD_ATTEMPTS; attempt += 1) {
    const { pid, port, adopted } = await ensurePostmaster({ cluster, binaries, command, settings, port: options.port });
    const maintenanceUrl = ownerUrl(cluster, port, 'postgres');
    const holder = await holdCluster(maintenanceUrl);
    if (!holder) continue;
    let stopping: Promise<void> | undefined;
    const leave = async (): Promise<void> => {
      if (await holder.release()) await stopPostmaster(pid, cluster, binaries);
    };
    const stop = (): Promise<void> => (stopping ??= leave());
    try {
      await ensureDatabase(maintenanceUrl, options.database);
    } catch (error) {
      await stop();
      throw error;
    }
    return { url: ownerUrl(cluster, port, options.database), adopted, stop };
  }
  throw new EmbeddedPostgresError(
    'POSTGRES_START_FAILED',
    `Another process stopped the Postgres in ${cluster.path} each time that this one came to use it.`,
    'Stop the other Heddle that uses this directory, then start again.',
  );
}

async function ensureDatabase(maintenanceUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: maintenanceUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  } finally {
    await client.end();
  }
}

/** 42P04 duplicate_database; 23505 unique_violation when two processes create it at the same moment. */
function isAlreadyThere(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '42P04' || error.code === '23505');
}
