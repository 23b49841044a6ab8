import type pg from 'pg';
import type { Log } from '../../log/index.ts';

/** Wake-ups of workers between processes. Best effort: who misses one finds the work with its next poll. */
export interface WakeUps {
  /** Tells the workers of other processes that there is work. Many calls become one notification. */
  tell(): void;
  /** Calls back when another process tells. Keeps one connection of the pool. */
  listen(onWake: () => void): Promise<void>;
  stop(): void;
}

const CHANNEL = 'heddle_work';
/** Notifications of one process are this far apart at least: each takes a lock of the whole database when it commits. */
const APART_MS = 5;
const LISTEN_AGAIN_MS = 1_000;

export function createWakeUps(deps: { pool: pg.Pool; log: Log }): WakeUps {
  const { pool, log } = deps;
  let timer: NodeJS.Timeout | undefined;
  let listener: pg.PoolClient | undefined;
  let again: NodeJS.Timeout | undefined;
  let isStopped = false;

  const notify = async (): Promise<void> => {
    timer = undefined;
    try {
      // Never in the transaction that stores something, and without waiting for the disk: there is nothing to keep.
      await pool.query(`select set_config('synchronous_commit', 'off', true), pg_notify('${CHANNEL}', '')`);
    } catch (error) {
      log.debug({ error }, 'Workers of other processes could not be told; they will look by themselves');
    }
  };

  const listen = async (onWake: () => void): Promise<void> => {
    const client = await pool.connect();
    const lost = (): void => {
      if (listener !== client) return;
      listener = undefined;
      client.release(true);
      if (!isStopped) again = setTimeout(() => void tryListen(onWake), LISTEN_AGAIN_MS).unref();
    };
    listener = client;
    client.on('notification', onWake);
    client.on('error', lost);
    client.on('end', lost);
    await client.query(`listen ${CHANNEL}`);
  };

  const tryListen = async (onWake: () => void): Promise<void> => {
    try {
      await listen(onWake);
      // What was told meanwhile was missed.
      onWake();
    } catch (error) {
      log.warn({ error }, 'Wake-ups from other processes are interrupted; trying again');
      if (!isStopped) again = setTimeout(() => void tryListen(onWake), LISTEN_AGAIN_MS).unref();
    }
  };

  return {
    tell() {
      if (!isStopped) timer ??= setTimeout(() => void notify(), APART_MS).unref();
    },
    listen: tryListen,
    stop() {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(again);
      const client = listener;
      listener = undefined;
      client?.release(true);
    },
  };
}
