import { join } from 'node:path';
import { root } from './bootstrap/environment.mjs';
import { TaskFailure } from './bootstrap/failure.mjs';
import { mustRun, NODE_FLAGS, run, stopAll } from './bootstrap/processes.mjs';
import { withSetupLock } from './bootstrap/setup-lock.mjs';
import { ensureToolchain } from './bootstrap/toolchain.mjs';
import { buildEditor, installWorkspace } from './bootstrap/workspace.mjs';
import { check, format } from './check-tasks.mjs';
import { test } from './test-task.mjs';

/** @typedef {import('./bootstrap/toolchain.mjs').Toolchain} Toolchain */

/** @type {Record<string, (toolchain: Toolchain, args: string[]) => Promise<number>>} Each gives the exit code. */
const TASKS = {
  start,
  dev,
  test,
  check,
  format,
  generate: (toolchain, args) => runNode(toolchain, 'schemas/src/generate.ts', args),
  bench: (toolchain, args) => runNode(toolchain, 'bench/run.ts', args),
  // The engine under random flows and faults: a benchmark whose figures are seeds, and whose goal is no violation.
  simulate: (toolchain, args) => runNode(toolchain, 'bench/run.ts', ['simulate', ...args]),
  // At each release: what the engine of this version does, kept for the versions after it.
  histories: (toolchain, args) => runNode(toolchain, 'tests/histories/record.ts', args),
  'flow-tests': (toolchain, args) => runNode(toolchain, 'scripts/flow-tests.ts', args),
  setup: async () => 0,
};

/** Tasks that serve the built editor: the product itself, and what starts it. */
const NEEDS_EDITOR = new Set(['start', 'test', 'bench']);

/**
 * Prepares the machine as far as the task needs it, and runs the task.
 *
 * @param {string} name
 * @param {string[]} args
 * @returns {Promise<number>} The exit code.
 */
export async function runTask(name, args) {
  const task = TASKS[name];
  if (!task) throw new TaskFailure(`There is no task "${name}".`, `Choose one of: ${Object.keys(TASKS).join(', ')}.`);
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new TaskFailure(
      `Node ${process.versions.node} is too old to begin with.`,
      'Install Node 20 or newer with npm.',
    );
  }
  const toolchain = await withSetupLock(async () => {
    const found = await ensureToolchain();
    await installWorkspace(found, { force: name === 'setup' });
    if (NEEDS_EDITOR.has(name)) await buildEditor(found);
    return found;
  });
  return task(toolchain, args);
}

/** @type {(typeof TASKS)[string]} */
async function start({ node, env }, args) {
  const { code } = await run(node, [...NODE_FLAGS, 'server/src/main.ts', ...args], { env });
  return code;
}

/**
 * The server, restarted when its files change, beside the editor's own development server.
 *
 * @type {(typeof TASKS)[string]}
 */
async function dev({ node, env }, args) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const programs = [
    run(node, ['--watch', '--watch-preserve-output', ...NODE_FLAGS, 'server/src/main.ts', ...args], { env }),
    mustRun(node, [...NODE_FLAGS, vite, 'editor'], {
      env,
      problem: "The editor's development server stopped.",
      advice: 'Read the lines above.',
    }),
  ];
  await Promise.race(programs); // without the other one, neither is of use
  await stopAll();
  return 1;
}

/**
 * @param {Toolchain} toolchain
 * @param {string} file
 * @param {readonly string[]} args
 */
async function runNode({ node, env }, file, args) {
  const { code } = await run(node, [...NODE_FLAGS, file, ...args], { env });
  return code;
}
