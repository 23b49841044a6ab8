import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCH_DIR } from '../support/private-postgres.ts';
import type { Shop } from './shop.ts';

/** `--role=worker` as a process of its own, started again after each death as a supervisor does. */
export interface Worker {
  /** `kill -9`; it is started again at once. */
  kill(): void;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const READY = 'Heddle is ready';

/** @param env Settings over those of the shop. @returns When it takes turns. */
export async function startWorker(shop: Shop, name: string, env: Readonly<Record<string, string>>): Promise<Worker> {
  const log = createWriteStream(join(BENCH_DIR, `${name}.log`), { flags: 'a' });
  let isStopping = false;
  let child: ChildProcess;

  const start = (): Promise<void> => {
    const started = spawn(process.execPath, [MAIN, '--role=worker'], {
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', LOG_LEVEL: 'warn', ...shop.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    started.stdout.pipe(log, { end: false });
    started.stderr.pipe(log, { end: false });
    started.once('exit', () => {
      if (isStopping) return;
      void start();
    });
    return new Promise((resolve) =>
      started.stdout.on('data', (chunk: Buffer) => void (chunk.toString().includes(READY) && resolve())),
    );
  };
  await start();
  return {
    kill: () => void child.kill('SIGKILL'),
    async stop() {
      isStopping = true;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
