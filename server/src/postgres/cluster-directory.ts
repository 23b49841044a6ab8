import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { adviceFor, EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isProcessAlive } from './postmaster-pid-file.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { FileOwner, UnprivilegedCommand } from './unprivileged-command.ts';

// Part of the directory's name: the files of one major version cannot be read by another.
const MAJOR_VERSION = 18;

/** Where one cluster keeps its things. */
export interface ClusterDirectory {
  /** Postgres's own directory; exists only once initdb has finished. */
  readonly path: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

/** Creates `dataDir` if needed and names what lies in it. Paths are real paths, so that they can be compared. */
export function clusterDirectory(dataDir: string): ClusterDirectory {
  mkdirSync(dirname(dataDir), { recursive: true }); // parents that we make stay passable for the user Postgres runs as
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(realpathSync(dataDir), `pg${MAJOR_VERSION}`);
  return { path, passwordFile: join(path, 'owner.password'), logFile: `${path}.log` };
}

/** @returns undefined while there is no cluster. */
export function clusterOwner(cluster: ClusterDirectory): FileOwner | undefined {
  const stats = statSync(cluster.path, { throwIfNoEntry: false });
  return stats && { uid: stats.uid, gid: stats.gid };
}

/** The superuser `postgres`, over TCP on this machine, by the password that initdb set. */
export function ownerUrl(cluster: ClusterDirectory, port: number, database: string): string {
  const password = readFileSync(cluster.passwordFile, 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/**
 * Runs initdb unless the cluster exists. It works in a directory of its own that is renamed at the end, so a half-made
 * cluster is never seen and two first starts cannot collide: the later one drops its own.
 *
 * @param sync False leaves out flushing the new files to disk, for clusters that nobody will miss.
 * @throws EmbeddedPostgresError `POSTGRES_INIT_FAILED`
 */
export function createCluster(
  cluster: ClusterDirectory,
  binaries: PostgresBinaries,
  command: UnprivilegedCommand,
  sync: boolean,
): void {
  if (existsSync(join(cluster.path, 'PG_VERSION'))) {
    if (command.user) handOver(cluster, command.user);
    return;
  }
  removeAbandoned(cluster);
  const draft = `${cluster.path}.init-${process.pid}`;
  const draftPassword = `${draft}.password`;
  try {
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(draftPassword, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
    if (command.user) giveTo(command.user, draft, draftPassword);
    initdb(draft, draftPassword, binaries, command, sync);
    renameSync(draftPassword, join(draft, basename(cluster.passwordFile)));
    renameSync(draft, cluster.path);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    rmSync(draftPassword, { force: true });
    if (existsSync(join(cluster.path, 'PG_VERSION'))) return; // another process of ours was faster
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw initFailed(cluster.path, String(cause), cause);
  }
}

function initdb(
  draft: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  command: UnprivilegedCommand,
  sync: boolean,
): void {
  const options = ['-U', 'postgres', '-E', 'UTF8', '--locale=C', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  if (!sync) options.push('--no-sync');
  const { program, args } = command.wrap(binaries.initdb, ['-D', draft, ...options]);
  const result = spawnSync(program, args, {
    ...command.user,
    encoding: 'utf8',
    cwd: dirname(draft),
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (result.status === 0) return;
  const output = [result.stdout, result.stderr, result.error].filter(Boolean).join('\n');
  throw initFailed(draft, output, result.error);
}

function initFailed(path: string, output: string, cause: unknown): EmbeddedPostgresError {
  const problem = `Could not create a Postgres cluster in ${path}:\n${output.slice(-800)}`;
  return new EmbeddedPostgresError('POSTGRES_INIT_FAILED', problem, adviceFor(output, dirname(path)), { cause });
}

/** Drafts of processes that were killed in the middle of initdb. */
function removeAbandoned(cluster: ClusterDirectory): void {
  const prefix = `${basename(cluster.path)}.init-`;
  for (const name of readdirSync(dirname(cluster.path))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (pid !== process.pid && isProcessAlive(pid)) continue;
    rmSync(join(dirname(cluster.path), name), { recursive: true, force: true });
  }
}

function giveTo(user: FileOwner, draft: string, passwordFile: string): void {
  chownSync(draft, user.uid, user.gid);
  chownSync(passwordFile, user.uid, user.gid);
  chmodSync(dirname(draft), 0o711); // the user may pass through to its own directory and read nothing else
}

/** A cluster that root made in a user namespace, on a machine that no longer allows those. */
function handOver(cluster: ClusterDirectory, user: FileOwner): void {
  if (clusterOwner(cluster)?.uid === user.uid) return;
  spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, cluster.path]); // failing, postgres itself says why it cannot start
  chmodSync(dirname(cluster.path), 0o711);
}
