import { accessSync, chmodSync, constants, mkdirSync, readdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StartupError } from './startup-error.ts';

/** What Heddle itself puts into its data directory. */
const OURS = /^(?:keys|sandbox|pg\d+(?:\.log|\.init-.*)?)$/;

/**
 * Makes the data directory, readable by its owner only, and checks that it can be used.
 *
 * @throws StartupError that names the part of the path that is in the way.
 */
export function ensureDataDirectory(dataDir: string): void {
  const path = resolve(dataDir);
  const stats = find(path);
  if (stats === undefined) return make(path);
  if (!stats.isDirectory()) {
    throw new StartupError(
      `HEDDLE_DATA_DIR is ${path}, and that is a file.`,
      'Set HEDDLE_DATA_DIR to a directory, or move the file away.',
    );
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartupError(
      `The data directory ${path} cannot be written by this user.`,
      'Give it to the user who starts Heddle (chown), or set HEDDLE_DATA_DIR elsewhere.',
      { cause },
    );
  }
  closeToOthers(path, stats);
}

/** One level after the other: asked to make a whole path, Node tries for ever where the kernel refuses (below /proc, for one). */
function make(path: string): void {
  const missing: string[] = [];
  let parent = path;
  for (let stats = find(parent); stats === undefined; stats = find(parent)) {
    missing.unshift(parent);
    parent = dirname(parent);
  }
  if (find(parent)?.isDirectory() !== true) {
    throw new StartupError(
      `The data directory ${path} cannot be made: ${parent} is a file.`,
      'Set HEDDLE_DATA_DIR to a path of directories, or move the file away.',
    );
  }
  try {
    // Parents that we make stay passable: Postgres may have to run as another user.
    for (const each of missing) mkdirSync(each, each === path ? { mode: 0o700 } : {});
  } catch (cause) {
    // Another process that starts at the same moment may have been faster.
    if (find(path)?.isDirectory() === true) return;
    throw new StartupError(
      `The data directory ${path} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      `Make ${parent} writable for the user who starts Heddle, or set HEDDLE_DATA_DIR elsewhere.`,
      { cause },
    );
  }
}

function find(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // a part of the path is a file (ENOTDIR), which the walk upwards finds
  }
}

/** Directories of earlier versions could be read by everybody. One that others use too (/tmp, a home) is left as it is. */
function closeToOthers(path: string, { mode, uid }: Stats): void {
  if ((mode & 0o077) === 0 || uid !== process.getuid?.()) return;
  const entries = readdirSync(path);
  if (entries.length === 0 || !entries.every((name) => OURS.test(name))) return;
  // The embedded Postgres of root may run as another user, who has to pass through.
  const isPassed = entries.some((name) => /^pg\d+$/.test(name) && statSync(join(path, name)).uid !== uid);
  chmodSync(path, isPassed ? 0o711 : 0o700);
}
