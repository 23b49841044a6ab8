import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a running postmaster writes about itself. Source: postgres, src/include/utils/pidfile.h. */
export interface PostmasterPidFile {
  readonly pid: number;
  readonly port: number;
}

/** @returns undefined when there is no `postmaster.pid`, or one that is not fully written yet. */
export function findPostmasterPidFile(clusterPath: string): PostmasterPidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(clusterPath, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined; // not there; anything worse shows when postgres itself opens it
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : undefined;
}

/** A process that has ended but was not yet waited for by its parent does not count: it holds nothing any more. */
export function isProcessAlive(pid: number): boolean {
  return isPidTaken(pid) && !isZombie(pid);
}

/** Whether Postgres would think that `pid` is alive. It cannot tell a zombie, which a container without init keeps. */
export function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Whether `pid` is the postmaster of just this cluster. After a crash or a reboot the number in the file may belong to
 * another program, even to another Postgres, so its working directory and arguments are compared too.
 */
export function isPostmasterOf(clusterPath: string, pid: number): boolean {
  if (!isProcessAlive(pid)) return false;
  if (process.platform === 'win32') return true; // nothing to compare with; a wrong guess ends in POSTGRES_NOT_ANSWERING
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.includes(clusterPath);
  }
  return workingDirectory(pid) === clusterPath || commandLine(pid).includes(clusterPath);
}

/**
 * Takes away a pid file whose pid is not its postmaster's: Postgres would refuse to start as long as that pid is taken.
 * (Backends of a dead postmaster cannot be overlooked by this: they hold the cluster's shared memory, which Postgres checks.)
 * If another starter replaced the file in the meantime, the new one is put back.
 */
export function removeForeignPidFile(clusterPath: string, foreignPid: number): void {
  const file = join(clusterPath, 'postmaster.pid');
  const aside = `${file}.foreign-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // another starter was faster
  }
  const takenPid = Number.parseInt(readFileSync(aside, 'utf8'), 10);
  if (takenPid === foreignPid) rmSync(aside);
  else renameSync(aside, file);
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    // "pid (name) state …"; the name may hold spaces and brackets
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim()[0] === 'Z';
  } catch {
    return false;
  }
}

function workingDirectory(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // another user's process
  }
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
