import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { freePort } from '../../server/src/testing/free-port.ts';

/** The product as a person starts it: one process with its own Postgres and the sandbox, in a directory of its own. */
export interface Product {
  readonly url: string;
  readonly apiKey: string;
  /** The one-time link that the start printed. */
  readonly signInLink: string;
  readonly process: ChildProcess;
  /** Everything printed so far. */
  output(): string;
  /** Ends it as Ctrl-C does and removes its directory. */
  stop(): Promise<void>;
}

export const E2E_API_KEY = 'hdl_e2e_0123456789abcdef0123456789abcdef';
export const E2E_APP_SECRET = 'e2e-app-secret';

/** Starts the product on a free port and waits until it printed its link. Fails with its output when it ends before. */
export async function startProduct(options: { dataDir?: string; env?: Record<string, string> } = {}): Promise<Product> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'heddle-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'server/src/main.ts'], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(port),
      PUBLIC_URL: url,
      HEDDLE_DATA_DIR: dataDir,
      HEDDLE_BOOTSTRAP_API_KEY: E2E_API_KEY,
      HEDDLE_SANDBOX: 'on',
      INSTAGRAM_APP_SECRET: E2E_APP_SECRET,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const link = new Promise<string>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const found = /https?:\/\/[^\s]+sign-in[^\s]*token[^\s]*/.exec(output);
      if (found !== null) resolve(found[0]);
    };
    child.stdout.on('data', onData);
    child.stderr.on('data', onData);
    child.once('exit', (code) => reject(new Error(`The product ended with ${code} before it was ready:\n${output}`)));
  });
  const signInLink = await link;
  return {
    url,
    apiKey: E2E_API_KEY,
    signInLink,
    process: child,
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        await once(child, 'exit');
      }
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
