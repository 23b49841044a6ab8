// Runs the programs of a task so that none of them outlives it. Each gets a process group of its own: signals reach it
// exactly once, through us (and not a second time from the terminal), and whatever it leaves behind can be swept away.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Interrupted, TaskFailure } from './failure.mjs';
import { isWindows, root } from './environment.mjs';
import { say } from './progress.mjs';

const STOP_TIMEOUT_MS = 30_000;
// npm forwards the Ctrl-C that we also get from the terminal: only a later one is a second wish.
const SECOND_SIGNAL_AFTER_MS = 1000;
const PARENT_POLL_MS = 300;

/** For Node programs: they end even when we are killed and can tell nobody. */
export const NODE_FLAGS = [
  '--disable-warning=ExperimentalWarning',
  // MB for young objects. A turn makes many that live until its commit; with room for them a full server spends a tenth less on collecting.
  '--max-semi-space-size=64',
  '--import',
  pathToFileURL(join(root, 'scripts', 'stop-with-parent.mjs')).href,
];

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** @type {{ signal: NodeJS.Signals, atMs: number } | undefined} */
let stopping;

/**
 * @typedef {object} RunOptions
 * @property {Record<string, string>} env
 * @property {string} [cwd] Default: the root of the repository.
 * @property {boolean} [capture] Collect standard output instead of showing it; errors are dropped.
 * @property {number} [timeoutMs] Then the program is killed and counts as failed.
 */

/**
 * Runs one program to its end.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} options
 * @returns {Promise<{ code: number, output: string }>} 127 when there is no such program.
 * @throws {Interrupted} when we were told to stop meanwhile
 */
export function run(command, args, options) {
  if (stopping) return Promise.reject(new Interrupted(stopping.signal));
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: options.env,
    stdio: ['ignore', options.capture ? 'pipe' : 'inherit', options.capture ? 'ignore' : 'inherit'],
    detached: !isWindows,
    shell: isWindows && !command.endsWith('.exe'),
  });
  running.add(child);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  const timer = options.timeoutMs && setTimeout(() => signalGroup(child, 'SIGKILL'), options.timeoutMs);
  return new Promise((resolve, reject) => {
    /** @param {number} code */
    const settle = (code) => {
      clearTimeout(timer);
      running.delete(child);
      signalGroup(child, 'SIGKILL'); // what it left behind
      if (stopping && code !== 0) reject(new Interrupted(stopping.signal));
      else resolve({ code, output: output.trim() });
    };
    child.once('error', () => settle(127));
    child.once('close', (code) => settle(code ?? 1));
  });
}

/**
 * Like `run`, for programs whose failure ends the task.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions & { problem: string, advice: string }} options What to say when it fails.
 */
export async function mustRun(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new TaskFailure(options.problem, options.advice, code);
  return output;
}

/** From now on Ctrl-C, SIGTERM, SIGHUP and the death of whoever started us stop everything that runs. */
export function stopWithSignalsAndParent() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => stop(signal));
  // Under npm our parent is `sh -c`, which swallows SIGTERM; when npm or that shell is gone, nobody waits for us.
  // Started in another way we may be meant to outlive our parent (nohup, a service manager).
  if (!process.env['npm_lifecycle_event']) return;
  const starters = startersUnderNpm();
  setInterval(() => {
    if (startersUnderNpm() !== starters && !stopping) stop('SIGTERM');
  }, PARENT_POLL_MS).unref();
}

/** @returns Our parent's pid and, where that is npm's shell and /proc shows it, npm's own. Changes when one of them dies. */
function startersUnderNpm() {
  const parent = process.ppid;
  try {
    const [program = '', flag] = readFileSync(`/proc/${parent}/cmdline`, 'utf8').split('\0');
    if (flag !== '-c' || !/(^|\/)(sh|dash|bash)$/.test(program)) return String(parent);
    // "pid (name) state ppid …"
    const [, npm] = readFileSync(`/proc/${parent}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${parent} ${npm}`;
  } catch {
    return String(parent); // not Linux
  }
}

/** Stops every running program and waits for its end. */
export async function stopAll() {
  if (running.size === 0) return;
  const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
  stop('SIGTERM');
  await Promise.all(ends);
}

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  if (running.size === 0) process.exit(new Interrupted(signal).exitCode);
  if (!stopping) {
    stopping = { signal, atMs: Date.now() };
    for (const child of running) child.kill(signal);
    setTimeout(() => killAll(`Still running ${STOP_TIMEOUT_MS / 1000} s after ${signal}`), STOP_TIMEOUT_MS).unref();
  } else if (Date.now() - stopping.atMs > SECOND_SIGNAL_AFTER_MS) {
    killAll(`Second ${signal}`);
  }
}

/** @param {string} reason */
function killAll(reason) {
  say(`${reason}: killing what is left.`);
  for (const child of running) signalGroup(child, 'SIGKILL');
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (isWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // nobody is left in the group: as it should be
  }
}
