import { setTimeout as sleep } from 'node:timers/promises';
import { clusterDirectory } from '../cluster-directory.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts';
import { findPostgresBinaries } from '../postgres-binaries.ts';
import { stopPostmaster } from '../postmaster.ts';
import { findPostmasterPidFile, isProcessAlive } from '../postmaster-pid-file.ts';
import { startTemporaryPostgres, type TemporaryPostgresOptions } from './temporary-postgres.ts';

/** A throw-away Postgres that can go away and come back at the same address, as that of a data centre does. */
export interface BreakablePostgres {
  /** The superuser's URL of the maintenance database `postgres`; the same over all lives. */
  readonly url: string;
  readonly dataDir: string;
  /** `kill -9` of the postmaster; resolves when it is gone. */
  crash(): Promise<void>;
  /** Clean shutdown that cuts every session. */
  halt(): Promise<void>;
  /** Brings it back; resolves when it answers, after crash recovery. */
  restart(): Promise<void>;
  /** Stops it for good and deletes its directory. */
  stop(): Promise<void>;
}

const POLL_MS = 10;

/** @throws EmbeddedPostgresError */
export async function startBreakablePostgres(options: TemporaryPostgresOptions = {}): Promise<BreakablePostgres> {
  const temporary = await startTemporaryPostgres(options);
  const cluster = clusterDirectory(temporary.dataDir);
  const binaries = await findPostgresBinaries();
  const port = Number(new URL(temporary.url).port);
  let revived: EmbeddedPostgres | undefined;

  const pid = (): number => {
    const file = findPostmasterPidFile(cluster.path);
    if (file === undefined) throw new Error(`No Postgres runs in ${cluster.path}`);
    return file.pid;
  };
  return {
    url: temporary.url,
    dataDir: temporary.dataDir,
    async crash() {
      const victim = pid();
      process.kill(victim, 'SIGKILL');
      while (isProcessAlive(victim)) await sleep(POLL_MS);
    },
    halt: () => stopPostmaster(pid(), cluster, binaries),
    async restart() {
      const { dataDir } = temporary;
      revived = await startEmbeddedPostgres({
        dataDir,
        database: 'postgres',
        port,
        settings: temporary.settings,
      });
    },
    async stop() {
      await revived?.stop();
      await temporary.stop();
    },
  };
}
