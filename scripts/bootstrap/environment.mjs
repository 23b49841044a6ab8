import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Node and pnpm that we fetched ourselves. Not in git. */
export const toolsDir = join(root, '.tools');
/** What remembers the work already done; goes away with node_modules, as it must. */
export const stampsDir = join(root, 'node_modules', '.heddle');
export const isWindows = process.platform === 'win32';

// Settings of an outer `npm start` must not leak into pnpm or node-gyp: npm hands all of its own down as npm_config_*.
// Those that say how to reach the registry are the user's and stay.
const LEAKING = /^(npm_|pnpm_script|init_cwd$)/i;
const REGISTRY = /^npm_config_(@.*:)?(registry|https?[-_]proxy|proxy|no_?proxy|ca|cafile|strict[-_]ssl|userconfig)$/i;

/**
 * The environment for every process that a task starts.
 *
 * @param {Readonly<Record<string, string | undefined>>} outer Usually `process.env`.
 * @param {readonly string[]} pathFirst Directories in which programs are looked for first.
 * @returns {Record<string, string>}
 */
export function taskEnvironment(outer, pathFirst) {
  /** @type {Record<string, string>} */
  const env = {};
  let pathKey = 'PATH';
  for (const [key, value] of Object.entries(outer)) {
    if (value === undefined || (LEAKING.test(key) && !REGISTRY.test(key))) continue;
    env[key] = value;
    if (key.toUpperCase() === 'PATH') pathKey = key;
  }
  // npm and pnpm prepend their own directories, in which an old pnpm or node may lie
  const rest = (env[pathKey] ?? '').split(delimiter).filter((dir) => !/node_modules[\\/](\.bin|npm[\\/])/.test(dir));
  env[pathKey] = [...pathFirst, ...rest].filter(Boolean).join(delimiter);
  if (!isWindows && !isWritable(env['HOME'])) env['HOME'] = ownHome();
  return env;
}

/** @param {string | undefined} dir */
function isWritable(dir) {
  try {
    accessSync(dir ?? '', constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** System users such as `nobody` have no home, but npm and pnpm want a place for their caches. */
function ownHome() {
  const home = join(toolsDir, 'home');
  mkdirSync(home, { recursive: true });
  return home;
}
