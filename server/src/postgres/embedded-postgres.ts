import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { clusterDirectory, clusterOwner, createCluster, ownerUrl } from './cluster-directory.ts';
import { type ClusterHolder, holdCluster } from './cluster-holder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { ensurePostmaster, type Postmaster, type PostmasterOptions, stopPostmaster } from './postmaster.ts';
import { unprivilegedCommand } from './unprivileged-command.ts';
import { sharedBuffers, usableMemoryBytes } from './shared-buffers.ts';

export interface EmbeddedPostgresOptions {
  /** Created if missing; the cluster becomes `<dataDir>/pg18`, its log `<dataDir>/pg18.log`. */
  readonly dataDir: string;
  /** Created if missing. */
  readonly database: string;
  /** Postgres settings over the defaults below. They take effect when this call starts Postgres, not when it adopts one. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where it has to listen when this call starts it; default: any free port. */
  readonly port?: number;
  /**
   * Makes it come back at the same address whenever it ends by itself: killed for memory, or stopped by a full disk. Told each time with
   * what came of it; an error is followed by another try.
   */
  readonly onRevived?: (error: unknown) => void;
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
  shared_buffers: sharedBuffers(usableMemoryBytes()),
  // After each of its checkpoints Postgres writes every page whole into the log once. With the default of 1 GB a flood makes one a minute, and a
  // commit takes longer for most of that minute. The log only grows so far under load; a return after a kill reads at most half of it.
  max_wal_size: '4GB',
  // Stale planner statistics make the job tables up to 100 times slower; the default of a minute is too long for them.
  autovacuum_naptime: '10s',
  autovacuum_analyze_scale_factor: '0.02',
  autovacuum_vacuum_scale_factor: '0.05',
  log_min_messages: 'warning',
};

// Each round lost means that another holder stopped Postgres just as we came.
const HOLD_ATTEMPTS = 5;
const REVIVE_AGAIN_MS = 2_000;

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

  const parts: PostmasterOptions = { cluster, binaries, command, settings, port: options.port };
  const held = await hold(parts, options.onRevived);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= held.leave());
  try {
    await ensureDatabase(ownerUrl(cluster, held.port, 'postgres'), options.database);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: ownerUrl(cluster, held.port, options.database), adopted: held.adopted, stop };
}

function elsewhere(port: number, now: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'POSTGRES_START_FAILED',
    `Postgres ended, and another process started it at port ${now} instead of ${port}.`,
    'Restart this process, which still looks for it at the old port.',
  );
}

interface Held {
  readonly port: number;
  readonly adopted: boolean;
  /** Leaves the cluster, and stops it unless somebody else holds it. */
  leave(): Promise<void>;
}

/** Starts or adopts the postmaster, holds it, and brings it back when asked to. */
async function hold(parts: PostmasterOptions, onRevived: EmbeddedPostgresOptions['onRevived']): Promise<Held> {
  const { cluster, binaries } = parts;
  const state = { isLeaving: false };
  let reviving: Promise<void> = Promise.resolve();
  const onLost = (): void => {
    if (onRevived !== undefined && !state.isLeaving) reviving = revive(onRevived);
  };
  let current = await startAndHold(parts, onLost);
  const { port, adopted } = current;

  /** Until it is back or we leave. */
  async function revive(tell: (error: unknown) => void): Promise<void> {
    while (!state.isLeaving) {
      try {
        current = await startAndHold({ ...parts, port }, onLost);
        // Another process may have been faster, and have chosen a port of its own.
        return tell(current.port === port ? undefined : elsewhere(port, current.port));
      } catch (error) {
        tell(error);
        await sleep(REVIVE_AGAIN_MS);
      }
    }
  }

  return {
    port,
    adopted,
    async leave() {
      state.isLeaving = true;
      await reviving;
      if (await current.holder.release()) await stopPostmaster(current.pid, cluster, binaries);
    },
  };
}

/** @throws EmbeddedPostgresError */
async function startAndHold(
  parts: PostmasterOptions,
  onLost: () => void,
): Promise<Postmaster & { readonly holder: ClusterHolder }> {
  const { cluster } = parts;
  for (let attempt = 1; attempt <= HOLD_ATTEMPTS; attempt += 1) {
    const postmaster = await ensurePostmaster(parts);
    const holder = await holdCluster(ownerUrl(cluster, postmaster.port, 'postgres'), onLost);
    if (holder) return { ...postmaster, holder };
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
