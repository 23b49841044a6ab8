import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Hashes files and folders by content and name, so that neither a fresh clone nor a touched file looks like a change.
 *
 * @param {string} base Names are taken relative to it.
 * @param {readonly string[]} paths Below `base`; what is missing counts as empty. `node_modules` and tests are left out.
 * @param {readonly string[]} [facts] Anything else that the result depends on.
 */
export function contentHash(base, paths, facts = []) {
  const hash = createHash('sha256').update(facts.join('\n'));
  for (const path of paths) {
    for (const file of filesBelow(join(base, path))) {
      hash.update(`\0${relative(base, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/**
 * Does the work unless it was done for the same hash. The old stamp goes first, so that work cut short is done again.
 *
 * @param {string} stampFile
 * @param {string} hash
 * @param {() => Promise<void>} work
 */
export async function unlessStamped(stampFile, hash, work) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return;
  rmSync(stampFile, { force: true });
  await work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, hash);
}

/**
 * @param {string} path
 * @returns {string[]} Sorted; the file itself, or everything below a folder.
 */
function filesBelow(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => !/^(node_modules|dist)$|\.test\.tsx?$/.test(name));
  names.sort();
  return names.flatMap((name) => filesBelow(join(path, name)));
}
