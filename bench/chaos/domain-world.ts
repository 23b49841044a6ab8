import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startBreakablePostgres } from '../../server/src/postgres/testing/index.ts';
import { createProduct, type Product } from '../product/start-product.ts';
import type { Random } from '../product/random.ts';
import type { BenchmarkContext } from '../support/benchmark.ts';
import { BENCH_DIR } from '../support/private-postgres.ts';
import { pause } from './deliver.ts';

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const STOP_WITH_PARENT = new URL('../../scripts/stop-with-parent.mjs', import.meta.url).href;
const READY_LIMIT_MS = 60_000;

/**
 * The product in two processes: one with the API and the sandbox of Instagram, which stays; one that works and schedules, which dies and is
 * started again.
 */
export interface DomainWorld {
  readonly pool: pg.Pool;
  readonly server: Product;
  /** Calls the sandbox's own side: `/_sandbox` + path. */
  control<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The account of the sandbox, connected since the first start. */
  readonly connectionId: string;
  startWorker(): Promise<void>;
  /** `kill -9`. */
  killWorker(): Promise<void>;
}

/** @param env Settings beside those of database, data and port. */
export async function createDomainWorld(
  context: BenchmarkContext,
  phase: string,
  env: Readonly<Record<string, string>> = {},
): Promise<DomainWorld> {
  const dir = join(BENCH_DIR, `chaos-${phase}-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  context.afterwards(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  const postgres = await startBreakablePostgres({ parentDir: BENCH_DIR, durable: true });
  context.afterwards(() => postgres.stop());
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  context.afterwards(() => pool.end());
  const settings = { ...env, DATABASE_URL: postgres.url, HEDDLE_DATA_DIR: dir, HEDDLE_SANDBOX: 'on' };
  const logFile = join(BENCH_DIR, `chaos-${phase}.log`);
  const server = await createProduct({ env: settings, args: ['--role=server'], logFile });
  context.afterwards(() => server.stop());
  await server.start();
  let worker: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
    const gone = once(worker, 'exit');
    worker.kill(signal);
    await gone;
  };
  context.afterwards(() => end('SIGTERM'));
  const log = openSync(logFile, 'a');
  const { items } = await server.api<{ items: { id: string }[] }>('GET', '/api/connections');
  return {
    pool,
    server,
    control: (method, path, body) => server.api(method, `/sandbox/instagram/_sandbox${path}`, body),
    connectionId: items[0]?.id ?? '',
    async startWorker() {
      worker = spawn(process.execPath, ['--import', STOP_WITH_PARENT, MAIN, '--role=worker,scheduler'], {
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          LOG_LEVEL: 'warn',
          ...settings,
          // Where the sandbox is; a worker listens to nothing.
          PORT: new URL(server.url).port,
        },
        stdio: ['ignore', 'pipe', log],
      });
      await untilReady(worker);
    },
    killWorker: () => end('SIGKILL'),
  };
}

async function untilReady(worker: ChildProcess): Promise<void> {
  const ready = new Promise<'ready'>((resolve) => {
    worker.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('is ready')) resolve('ready');
    });
  });
  const ended = once(worker, 'exit').then(() => 'ended' as const);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), READY_LIMIT_MS)));
  const outcome = await Promise.race([ready, ended, late]);
  clearTimeout(timer);
  if (outcome !== 'ready') throw new Error('A worker did not start; see the log of the phase in .bench.');
}

/**
 * Kills the worker again and again, each time some moments after it was seen to work, until enough deaths or the work is done.
 *
 * @param workDone Counts what was done; grows while the worker works. @param workMs How long it works between deaths.
 * @returns How many times it died.
 */
export async function killWhileWorking(
  context: BenchmarkContext,
  world: DomainWorld,
  options: {
    readonly kills: number;
    readonly random: Random;
    readonly workMs: { readonly min: number; readonly max: number };
    readonly workDone: () => Promise<number>;
    readonly isOver: () => Promise<boolean>;
    readonly onDeath?: (deaths: number) => void;
  },
): Promise<number> {
  const { kills, random, workMs } = options;
  for (let deaths = 0; ;) {
    await world.startWorker();
    if (deaths === kills) return deaths;
    const before = await options.workDone();
    while ((await options.workDone()) === before) {
      if (await options.isOver()) return deaths;
      await pause(100);
    }
    await pause(random.between(workMs.min, workMs.max));
    if (await options.isOver()) return deaths;
    await world.killWorker();
    deaths += 1;
    options.onDeath?.(deaths);
    if (deaths % Math.ceil(kills / 5) === 0)
      context.note(`  killed ${deaths} times; done so far: ${await options.workDone()}`);
  }
}
