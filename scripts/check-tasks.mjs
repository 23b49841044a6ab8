import { join } from 'node:path';
import { root } from './bootstrap/environment.mjs';
import { run } from './bootstrap/processes.mjs';
import { say } from './bootstrap/progress.mjs';

/** @typedef {import('./bootstrap/toolchain.mjs').Toolchain} Toolchain */

const TSC = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const OXLINT = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
const OXFMT = join(root, 'node_modules', 'oxfmt', 'bin', 'oxfmt');

/** @type {{ name: string, command: string[], advice: string }[]} */
const CHECKS = [
  { name: 'types', command: [TSC, '-b'], advice: 'Mend the types named above.' },
  { name: 'lint', command: [OXLINT], advice: 'Mend what is named above; "npm run format" mends some of it.' },
  { name: 'format', command: [OXFMT, '--check'], advice: 'Run "npm run format".' },
  { name: 'imports', command: ['scripts/check-imports.ts'], advice: 'See the arrows in docs/architecture.md.' },
  { name: 'generated files', command: ['schemas/src/generate.ts', '--check'], advice: 'Run "npm run generate".' },
];

/**
 * Runs every check, even after one that fails.
 *
 * @param {Toolchain} toolchain
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks({ node, env }) {
  const failures = [];
  for (const { name, command, advice } of CHECKS) {
    const { code } = await run(node, command, { env });
    if (code !== 0) failures.push(`${name}: ${advice}`);
    say(`check ${name}: ${code === 0 ? 'ok' : 'FAILED'}`);
  }
  for (const failure of failures) say(`FAILED check ${failure}`);
  return { passed: CHECKS.length - failures.length, failed: failures.length };
}

/** @param {Toolchain} toolchain */
export async function check(toolchain) {
  const { failed } = await runChecks(toolchain);
  return failed === 0 ? 0 : 1;
}

/**
 * Writes the format, and mends what the linter can mend by itself.
 *
 * @param {Toolchain} toolchain
 * @param {string[]} paths Default: everything.
 */
export async function format({ node, env }, paths) {
  const lint = await run(node, [OXLINT, '--fix', ...paths], { env });
  const written = await run(node, [OXFMT, ...paths], { env });
  return lint.code || written.code;
}
