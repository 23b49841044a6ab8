import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';

const READY_LIMIT_MS = 120_000;
/** One that takes the question and does not answer is asked again. */
const READY_ANSWER_LIMIT_MS = 5_000;
const RUN_ONCE_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 20_000;
const LOG_LINES_SHOWN = 20;
/** Ends the program when the bench is killed and can tell nobody. */
const STOP_WITH_PARENT = new URL('../../scripts/stop-with-parent.mjs', import.meta.url).href;

/** A Node program of somebody else, and whatever it starts. */
export interface PeerProgram {
  /** @throws Error with the end of its log when it does not get ready */
  start(withinMs?: number): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Runs it with other arguments to its end. @throws Error with the end of its log, also when it does not end */
  runOnce(args: readonly string[]): Promise<void>;
}

export interface PeerProgramOptions {
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its working directory and home. */
  readonly dataDir: string;
  readonly logFile: string;
  /** Answers 2xx when it is ready. */
  readonly readyUrl: string;
}

export function createPeerProgram(options: PeerProgramOptions): PeerProgram {
  let child: ChildProcess | undefined;

  const launch = (args: readonly string[]): ChildProcess => {
    const log = openSync(options.logFile, 'a');
    const started = spawn(process.execPath, ['--import', STOP_WITH_PARENT, options.script, ...args], {
      cwd: options.dataDir,
      env: { PATH: process.env['PATH'] ?? '', HOME: options.dataDir, NODE_ENV: 'production', ...options.env },
      stdio: ['ignore', log, log],
      detached: true, // a group of its own: what it starts is ended with it
    });
    closeSync(log);
    return started;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending?.pid === undefined) return;
    const { pid } = ending;
    if (ending.exitCode === null && ending.signalCode === null) {
      const gone = once(ending, 'exit');
      const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_LIMIT_MS);
      if (signal === 'SIGKILL') signalGroup(pid, signal);
      else ending.kill(signal);
      await gone;
      clearTimeout(timer);
    }
    signalGroup(pid, 'SIGKILL');
  };

  return {
    async start(withinMs = READY_LIMIT_MS) {
      const started = launch(options.args);
      child = started;
      const limitMs = performance.now() + withinMs;
      while (performance.now() < limitMs && started.exitCode === null && started.signalCode === null) {
        if (await isReady(options.readyUrl)) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`${options.script} did not become ready. It said last:\n${lastLines(options.logFile)}`);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async runOnce(args) {
      const started = launch(args);
      child = started;
      const timer = setTimeout(() => void end('SIGKILL'), RUN_ONCE_LIMIT_MS);
      const [code]: unknown[] = await once(started, 'exit');
      clearTimeout(timer);
      child = undefined;
      if (code !== 0)
        throw new Error(`${args.join(' ')} ended with ${String(code)}. It said last:\n${lastLines(options.logFile)}`);
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(READY_ANSWER_LIMIT_MS) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it: as it should be.
  }
}

/** The log goes with the data of the run. */
function lastLines(logFile: string): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-LOG_LINES_SHOWN).join('\n');
}

const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** A port that is free, and below those that the system gives to clients: nobody gets it while the engine is down. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    const server = createServer();
    const isFree = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (await isFree) return port;
  }
}
