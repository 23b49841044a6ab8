import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../../scripts/bootstrap/processes.mjs';

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const READY_LIMIT_MS = 60_000;
/** One that takes the question and does not answer is asked again. */
const READY_ANSWER_LIMIT_MS = 5_000;

export interface Product {
  readonly url: string;
  /** Whether the process that was started last still lives. */
  isRunning(): boolean;
  /** Starts the process and waits until it may get traffic. */
  start(): Promise<void>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** Ctrl-C: everything it started ends too. */
  stop(): Promise<void>;
  /** Calls the API as the owner. @throws Error with the answer when it is not 2xx. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
}

/** The API key of the benches; the product takes it at its first start. */
const API_KEY = 'bench-key-of-the-owner-0123456789';

/**
 * The real product as `npm start` runs it: `node server/src/main.ts`. A bench that is killed takes it along.
 *
 * @param env Settings beside port and key. @param args Such as `--role=server`. @param logFile Where its output goes.
 */
export async function createProduct(options: {
  env: Readonly<Record<string, string>>;
  args?: readonly string[];
  logFile: string;
}): Promise<Product> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let child: ChildProcess | undefined;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  };

  return {
    url,
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    async start() {
      const started = spawn(process.execPath, [...NODE_FLAGS, MAIN, ...(options.args ?? [])], {
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          PORT: String(port),
          HEDDLE_BOOTSTRAP_API_KEY: API_KEY,
          LOG_LEVEL: 'warn',
          ...options.env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      started.stdout.pipe(log, { end: false });
      started.stderr.pipe(log, { end: false });
      child = started;
      await untilReady(url, () => started.exitCode !== null, options.logFile);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async api<T>(method: string, path: string, body?: unknown): Promise<T> {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok && answer.status !== 302)
        throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 1_000)}`);
      // The caller names the type that the contract gives for the path.
      return (text === '' || answer.status === 302 ? null : JSON.parse(text)) as T;
    },
  };
}

async function untilReady(url: string, hasEnded: () => boolean, logFile: string): Promise<void> {
  const limitMs = performance.now() + READY_LIMIT_MS;
  while (performance.now() < limitMs && !hasEnded()) {
    const signal = AbortSignal.timeout(READY_ANSWER_LIMIT_MS);
    const answer = await fetch(`${url}/readyz`, { signal }).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The product did not become ready; see ${logFile}.`);
}

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
