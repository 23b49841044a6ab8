import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, it, vi } from 'vitest';
import { isProcessAlive } from '../../server/src/postgres/postmaster-pid-file.ts';

// A program that starts a grandchild, prints both pids, and ends cleanly on SIGTERM without caring for the grandchild.
const PROGRAM = `
  const { spawn } = await import('node:child_process');
  const grandchild = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  process.on('SIGTERM', () => process.exit(0));
  console.log(process.pid, grandchild.pid);
  setInterval(() => {}, 1000);`;

// Stands for run.mjs with the task "run PROGRAM".
const RUNNER = `
  import { NODE_FLAGS, run, stopWithSignalsAndParent } from ${JSON.stringify(new URL('processes.mjs', import.meta.url).href)};
  stopWithSignalsAndParent();
  const { code } = await run(process.execPath, [...NODE_FLAGS, '--input-type=module', '--eval', ${JSON.stringify(PROGRAM)}], {
    env: process.env,
  });
  process.exit(code);`;

/** So long a process may take to be gone; on a busy machine a start alone takes seconds. */
const LIMIT = { timeout: 30_000 };

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

it('passes SIGTERM on, and sweeps away what the program leaves behind', async () => {
  const { runner, pids } = await startRunner(process.execPath, ['--input-type=module', '--eval', RUNNER]);
  runner.kill('SIGTERM');
  const [code] = await once(runner, 'exit');
  expect(code).toBe(0);
  await vi.waitFor(() => expect(pids.filter(isProcessAlive)).toEqual([]), LIMIT);
});

it('lets the program stop by itself when the runner is killed', async () => {
  const { runner, pids } = await startRunner(process.execPath, ['--input-type=module', '--eval', RUNNER]);
  const [program = 0, grandchild = 0] = pids;
  runner.kill('SIGKILL');
  await vi.waitFor(() => expect(isProcessAlive(program)).toBe(false), LIMIT);
  if (isProcessAlive(grandchild)) process.kill(grandchild, 'SIGKILL'); // nobody is left to sweep
});

it('stops when the shell that npm started is gone', async () => {
  const quoted = `'${RUNNER.replaceAll("'", String.raw`'\''`)}'`;
  const command = `'${process.execPath}' --input-type=module --eval ${quoted}; exit`;
  const { runner: shell, pids } = await startRunner('sh', ['-c', command], { npm_lifecycle_event: 'start' });
  shell.kill('SIGTERM');
  await vi.waitFor(() => expect(pids.filter(isProcessAlive)).toEqual([]), LIMIT);
});

async function startRunner(
  command: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ runner: ChildProcess; pids: number[] }> {
  const { npm_lifecycle_event: _, ...own } = process.env;
  const runner = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...own, ...env } });
  started.push(runner);
  for await (const line of createInterface({ input: runner.stdout }))
    return { runner, pids: line.split(' ').map(Number) };
  throw new Error('The runner ended before its program had started');
}
