import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from './bundle-worker.ts';
import type { WorkerOrder } from './worker-order.ts';

/** One life of a worker. */
export interface Worker {
  readonly number: number;
  readonly pid: number;
  readonly diaryFile: string;
  /** Resolves when it has ended, in whatever way. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  signal(signal: NodeJS.Signals): void;
}

export interface WorkerPool {
  /** Starts a worker and waits until it takes turns. */
  start(fault?: WorkerOrder['fault'], turnsAtOnce?: number): Promise<Worker>;
  /** Every life so far, the dead ones too. */
  readonly lives: readonly Worker[];
  /** Kills those that are left; their diaries stay. */
  end(): Promise<void>;
  /** Kills those that are left and deletes the directory. May be called more than once. */
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 60_000;

/** @param env Settings of the product. @param dir Where the diaries go, and what the workers say; deleted when this process has ended. */
export async function createWorkerPool(options: {
  env: Readonly<Record<string, string>>;
  dir: string;
  turnsAtOnce: number;
}): Promise<WorkerPool> {
  const program = await bundleWorker(options.dir);
  const lives: Worker[] = [];
  const log = openSync(join(options.dir, 'workers.log'), 'a');
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('keeper.ts', import.meta.url)), options.dir], {
    detached: true, // Ctrl-C must not end it before it has cleaned up
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    for (const worker of lives) if (!worker.hasEnded()) worker.signal('SIGKILL');
    await Promise.all(lives.map((worker) => worker.ended));
  };
  const stop = async (): Promise<void> => {
    await end();
    const gone = once(keeper, 'exit');
    keeper.stdin.end();
    await gone;
  };
  return {
    lives,
    async start(fault, turnsAtOnce = options.turnsAtOnce) {
      const number = lives.length + 1;
      const diaryFile = join(options.dir, `worker-${number}.jsonl`);
      const order: WorkerOrder = {
        diaryFile,
        turnsAtOnce,
        ...(fault === undefined ? {} : { fault }),
      };
      const child = fork(program, {
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: process.env['HOME'] ?? '',
          LOG_LEVEL: 'warn',
          NODE_COMPILE_CACHE: join(options.dir, 'compiled'),
          ...options.env,
          CHAOS_ORDER: JSON.stringify(order),
        },
        execArgv: [],
        stdio: ['ignore', log, log, 'ipc'],
      });
      const worker = toWorker(child, number, diaryFile);
      lives.push(worker);
      keeper.stdin.write(`+${worker.pid}\n`);
      void worker.ended.then(() => keeper.stdin.write(`-${worker.pid}\n`));
      await untilReady(child, worker, fault !== undefined);
      return worker;
    },
    end,
    stop: () => (stopping ??= stop()),
  };
}

function toWorker(child: ChildProcess, number: number, diaryFile: string): Worker {
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasEnded = true;
      resolve();
    });
  });
  child.on('error', () => undefined); // the channel of a process that was killed
  return {
    number,
    pid: child.pid ?? 0,
    diaryFile,
    ended,
    hasEnded: () => hasEnded,
    signal: (signal) => void child.kill(signal),
  };
}

/** A worker that was told to die early may do so before it says that it is ready; any other that ends has a fault. */
async function untilReady(child: ChildProcess, worker: Worker, mayDie: boolean): Promise<void> {
  const ready = once(child, 'message').then(() => 'ready' as const);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), READY_LIMIT_MS)));
  const outcome = await Promise.race([ready, worker.ended.then(() => 'ended' as const), late]);
  clearTimeout(timer);
  if (outcome === 'late' || (outcome === 'ended' && !mayDie))
    throw new Error(
      `A worker ${outcome === 'late' ? 'did not start within a minute' : 'ended as it started'}; see workers.log.`,
    );
}
