import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, stampsDir } from './bootstrap/environment.mjs';
import { NODE_FLAGS, run } from './bootstrap/processes.mjs';
import { say } from './bootstrap/progress.mjs';
import { runChecks } from './check-tasks.mjs';
import { ensureChromium } from './ensure-chromium.mjs';

/** @typedef {import('./bootstrap/toolchain.mjs').Toolchain} Toolchain */

const VITEST = join(root, 'node_modules', 'vitest', 'vitest.mjs');
// .ci/run reads it
const TOTALS_FILE = join(stampsDir, 'test-totals.json');

/**
 * Without arguments everything: the checks, then every test, even when a check failed. With arguments only what they name:
 * they are vitest's own (files, `-t NAME`, …).
 *
 * @param {Toolchain} toolchain
 * @param {string[]} args
 * @returns {Promise<number>}
 */
export async function test({ node, env }, args) {
  rmSync(TOTALS_FILE, { force: true });
  const checks = args.length === 0 ? await runChecks({ node, env }) : { passed: 0, failed: 0 };
  if (needsBrowser(args)) await ensureChromium(env);

  const { code } = await run(node, [...NODE_FLAGS, VITEST, 'run', ...args], {
    env: { ...env, HEDDLE_TEST_TOTALS: TOTALS_FILE },
  });
  // No totals: vitest itself failed, before any test
  const tests = existsSync(TOTALS_FILE)
    ? JSON.parse(readFileSync(TOTALS_FILE, 'utf8'))
    : { passed: 0, failed: 1, skipped: 0 };
  const passed = checks.passed + tests.passed;
  const failed = checks.failed + Math.max(tests.failed, code === 0 ? 0 : 1);
  mkdirSync(stampsDir, { recursive: true });
  writeFileSync(TOTALS_FILE, JSON.stringify({ passed, failed, skipped: tests.skipped }));
  if (args.length === 0) say(`Checks and tests: ${passed} passed, ${failed} failed, ${tests.skipped} skipped`);
  return failed === 0 ? 0 : 1;
}

/** @param {readonly string[]} args */
function needsBrowser(args) {
  if (process.env['HEDDLE_SKIP_BROWSER'] === '1') return false;
  const files = args.filter((arg) => !arg.startsWith('-'));
  return files.length === 0 || files.some((file) => /(^|[\\/])tests([\\/]|$)/.test(file));
}
