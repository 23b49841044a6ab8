import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, stampsDir } from './environment.mjs';
import { mustRun } from './processes.mjs';
import { saying } from './progress.mjs';
import { contentHash, unlessStamped } from './stamp.mjs';
import { diskAdvice } from './toolchain.mjs';

// Everything that ends up in the bundle, and what decides how it is made.
const EDITOR_INPUTS = [
  'editor/src',
  'editor/public',
  'editor/index.html',
  'editor/vite.config.ts',
  'editor/package.json',
  'nodes/src',
  'nodes/package.json',
  'engine/src',
  'engine/package.json',
  'schemas/src',
  'schemas/package.json',
  'tsconfig.base.json',
  'pnpm-lock.yaml',
];

/**
 * Installs the dependencies when the lockfile or the Node changed since the last time.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {{ force?: boolean }} [options]
 */
export async function installWorkspace({ node, env }, { force = false } = {}) {
  const abi = await mustRun(node, ['-p', 'process.platform + process.arch + process.versions.modules'], {
    env,
    capture: true,
    problem: `Cannot run ${node}.`,
    advice: 'Delete the folder .tools and run this again.',
  });
  const hash = contentHash(root, ['pnpm-lock.yaml', 'pnpm-workspace.yaml'], [abi]);
  const stamp = join(stampsDir, 'installed');
  if (force) rmSync(stamp, { force: true });
  const reporter = process.stdout.isTTY ? [] : ['--reporter=append-only'];
  await unlessStamped(stamp, hash, () =>
    saying('Installing dependencies', async () => {
      await mustRun('pnpm', ['install', '--frozen-lockfile', ...reporter], {
        env: { ...env, CI: 'true' }, // pnpm must not ask questions
        problem: 'Installing the dependencies failed.',
        advice: `${diskAdvice()}Read the lines above. When package.json was edited, run "pnpm install" to renew the lockfile.`,
      });
    }),
  );
}

/**
 * Builds the editor into `editor/dist` when something that goes into it changed since the last time.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 */
export async function buildEditor({ node, env }) {
  const stamp = join(stampsDir, 'editor-built');
  if (!existsSync(join(root, 'editor', 'dist', 'index.html'))) rmSync(stamp, { force: true });
  await unlessStamped(stamp, contentHash(root, EDITOR_INPUTS), () =>
    saying('Building the editor', async () => {
      const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
      await mustRun(node, [vite, 'build', 'editor', '--logLevel', 'warn'], {
        env,
        problem: 'Building the editor failed.',
        advice: 'Read the lines above; "npm run check" finds type errors.',
      });
    }),
  );
}
