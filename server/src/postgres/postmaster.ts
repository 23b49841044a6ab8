import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type ClusterDirectory, ownerUrl } from './cluster-directory.ts';
import { adviceFor, EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import {
  findPostmasterPidFile,
  isPidTaken,
  isPostmasterOf,
  isProcessAlive,
  type PostmasterPidFile,
  removeForeignPidFile,
} from './postmaster-pid-file.ts';
import type { UnprivilegedCommand } from './unprivileged-command.ts';

/** A postmaster that answers queries. */
export interface Postmaster extends PostmasterPidFile {
  /** True when it was running already. */
  readonly adopted: boolean;
}

export interface PostmasterOptions {
  readonly cluster: ClusterDirectory;
  readonly binaries: PostgresBinaries;
  readonly command: UnprivilegedCommand;
  readonly settings: Readonly<Record<string, string>>;
  /** Where it has to listen; default: any free port. */
  readonly port?: number | undefined;
}

// A start fails for a moment when the free port was taken meanwhile, when another starter won the race, or when backends
// of a killed postmaster still hold its shared memory. All pass within a second.
const START_ATTEMPTS = 8;
const RETRY_DELAY_MS = 200;
// Crash recovery replays up to a few checkpoints of log before the first answer.
const ANSWER_TIMEOUT_MS = 120_000;
const POLL_MS = 20;
const STOP_TIMEOUT_MS = 15_000;
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Adopts the postmaster that serves the cluster, or starts one.
 *
 * @throws EmbeddedPostgresError `POSTGRES_START_FAILED` with the end of its log, or `POSTGRES_NOT_ANSWERING`
 */
export async function ensurePostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { cluster } = options;
  for (let attempt = 1; attempt <= START_ATTEMPTS; attempt += 1) {
    const running = findPostmasterPidFile(cluster.path);
    if (running && isPostmasterOf(cluster.path, running.pid)) {
      if (await untilAnswering(cluster, running.pid)) return currentPostmaster(cluster, true);
    } else if (running && isPidTaken(running.pid)) {
      removeForeignPidFile(cluster.path, running.pid);
    }
    const pid = await spawnPostmaster(options);
    if (pid !== undefined && (await untilAnswering(cluster, pid))) return currentPostmaster(cluster, false);
    await sleep(RETRY_DELAY_MS);
  }
  const log = readFileSync(cluster.logFile, 'utf8').slice(-1200);
  throw new EmbeddedPostgresError(
    'POSTGRES_START_FAILED',
    `Postgres did not start. The end of ${cluster.logFile}:\n${log}`,
    adviceFor(log, dirname(cluster.path)),
  );
}

/** Fast shutdown: sessions are closed, nothing committed is lost. Resolves when the process is gone. */
export async function stopPostmaster(
  pid: number,
  cluster: ClusterDirectory,
  binaries: PostgresBinaries,
): Promise<void> {
  if (!isPostmasterOf(cluster.path, pid)) return;
  if (process.platform === 'win32') spawnSync(binaries.pgCtl, ['stop', '-D', cluster.path, '-m', 'fast']);
  else process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; waitedMs < STOP_TIMEOUT_MS && isProcessAlive(pid); waitedMs += POLL_MS) await sleep(POLL_MS);
}

/** @returns The pid of the new process, or undefined when the program cannot be run at all (its log says why). */
async function spawnPostmaster(options: PostmasterOptions): Promise<number | undefined> {
  const { cluster, binaries, command } = options;
  const port = options.port ?? (await findFreePort());
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // `-k ''`: no Unix socket, so nothing but the password opens the door
  const directory = ['-D', cluster.path, '-p', String(port), '-k', ''];
  const { program, args } = command.wrap(binaries.postgres, [...directory, ...settings]);
  const log = openSync(cluster.logFile, isOversized(cluster.logFile) ? 'w' : 'a', 0o600);
  // A process group of its own: Ctrl-C in the terminal must reach the server first and Postgres last.
  const child = spawn(program, args, {
    ...command.user,
    cwd: cluster.path,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, LC_ALL: 'C' },
  });
  closeSync(log);
  child.on('error', () => {}); // shows as an undefined pid
  child.unref();
  return child.pid;
}

/** Waits until the cluster answers our password. @returns False when `pid` ended first. */
async function untilAnswering(cluster: ClusterDirectory, pid: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < ANSWER_TIMEOUT_MS; waitedMs += POLL_MS) {
    if (!isProcessAlive(pid)) return false;
    const file = findPostmasterPidFile(cluster.path);
    // A loser in the race for the cluster lives on for a moment: only the pid in the file counts.
    if (file?.pid === pid && (await answers(ownerUrl(cluster, file.port, 'postgres')))) return true;
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(
    'POSTGRES_NOT_ANSWERING',
    `The Postgres with pid ${pid} serves ${cluster.path} but does not answer queries.`,
    `Look into ${cluster.logFile}. If it hangs, stop it with "kill -INT ${pid}" and start again.`,
  );
}

function currentPostmaster(cluster: ClusterDirectory, adopted: boolean): Postmaster {
  const file = findPostmasterPidFile(cluster.path);
  if (!file) {
    throw new EmbeddedPostgresError(
      'POSTGRES_START_FAILED',
      `Postgres in ${cluster.path} was stopped by somebody while it started.`,
      'Start again.',
    );
  }
  return { ...file, adopted };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {}); // a connection that breaks is an answer: no
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false; // starting up, shutting down, or not ours
  } finally {
    await client.end().catch(() => {});
  }
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('A listening TCP server has no port'));
      });
    });
  });
}

function isOversized(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES;
}
