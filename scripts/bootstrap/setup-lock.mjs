import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolsDir } from './environment.mjs';
import { say } from './progress.mjs';

const POLL_MS = 200;

/**
 * Lets one process at a time fetch tools, install and build: `npm start` and `npm test` may be started together in a
 * fresh clone. A lock whose owner was killed does not count.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(work) {
  const file = join(toolsDir, 'setup.lock');
  mkdirSync(toolsDir, { recursive: true });
  for (let isFirst = true; !tryLock(file); isFirst = false) {
    if (isFirst) say('Waiting for another Heddle that is being set up in this directory …');
    await sleep(POLL_MS);
  }
  const unlock = () => rmSync(file, { force: true });
  process.once('exit', unlock); // also when Ctrl-C ends us in the middle
  try {
    return await work();
  } finally {
    process.removeListener('exit', unlock);
    unlock();
  }
}

/** @param {string} file */
function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  if (!isOwned(file)) rmSync(file, { force: true }); // taken in the next round, by whoever is first
  return false;
}

/** @param {string} file */
function isOwned(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    if (!(pid > 0)) return true; // being written at this moment
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
