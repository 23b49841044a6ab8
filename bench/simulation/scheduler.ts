import type { Prng } from './prng.ts';
import { createTaskQueue } from './task-queue.ts';

/** A worker process: dies, freezes, and has a clock of its own. A restart makes a new one. */
export interface Process {
  readonly name: string;
  isAlive: boolean;
  /** Stopped as by SIGSTOP until then. */
  frozenUntilMs: number;
  /** How far its clock is off, ms. */
  skewMs: number;
}

/** How long a call is on its way and its answer on the way back. */
export interface Latency {
  readonly outMs: number;
  readonly backMs: number;
}

/** Asked at both ends of every call that a process makes. May kill or freeze the process. */
export type FaultPoint = (process: Process, label: string, when: 'before' | 'after') => void;

export interface Scheduler {
  /** Virtual time, epoch ms. */
  nowMs(): number;
  readonly steps: number;
  at(atMs: number, run: () => void): void;
  /** Starts something that goes on by itself until its process dies. It must not throw. */
  spawn(work: () => Promise<void>): void;
  /**
   * The only thing host code may await: a call that leaves the process. The effect happens at one moment, the answer comes at another, and
   * at both the process may die or freeze; other processes go on in between. An answer to a dead process never comes.
   */
  call<T>(process: Process, label: string, effect: () => T, latency: Latency): Promise<T>;
  /** Runs until nothing is left to do, or there were `maxSteps`, or `shouldStop`. @throws whatever escapes from spawned work. */
  runUntilRest(maxSteps: number, shouldStop: () => boolean): Promise<'rest' | 'tooLong' | 'stopped'>;
}

/** A request that was on its way when its process died arrives with this probability. */
const ARRIVES_ANYWAY = 0.5;

export function createScheduler(random: Prng, startMs: number, faultPoint: FaultPoint): Scheduler {
  const queue = createTaskQueue();
  let nowMs = startMs;
  let steps = 0;
  /** Pieces of host code between two calls. While there are any, time stands still. */
  let running = 0;
  let escaped: { readonly error: unknown } | null = null;

  const at = (atMs: number, run: () => void): void =>
    queue.push({ atMs: Math.max(atMs, nowMs), tie: random.next(), run });

  const call = <T>(process: Process, label: string, effect: () => T, { outMs, backMs }: Latency): Promise<T> => {
    running -= 1;
    if (running < 0)
      throw new Error(`"${label}" was called outside of scheduled work, or two calls at once by one piece of work`);
    return new Promise<T>((resolve, reject) => {
      const answer = (settle: () => void): void => {
        if (!process.isAlive) return;
        if (process.frozenUntilMs <= nowMs) faultPoint(process, label, 'after');
        if (!process.isAlive) return;
        if (process.frozenUntilMs > nowMs) return at(process.frozenUntilMs + random.int(20), () => answer(settle));
        running += 1;
        settle();
      };
      at(nowMs + outMs, () => {
        if (process.isAlive) faultPoint(process, label, 'before');
        if (!process.isAlive && !random.chance(ARRIVES_ANYWAY)) return;
        let settle: () => void;
        try {
          const value = effect();
          settle = () => resolve(value);
        } catch (error) {
          settle = () => reject(error instanceof Error ? error : new Error(String(error)));
        }
        at(nowMs + backMs, () => answer(settle));
      });
    });
  };

  return {
    nowMs: () => nowMs,
    get steps() {
      return steps;
    },
    at,
    call,
    spawn(work) {
      running += 1;
      void work()
        .catch((error: unknown) => void (escaped = { error }))
        .then(() => void (running -= 1));
    },
    async runUntilRest(maxSteps, shouldStop) {
      for (;;) {
        // Host code changes it while we wait.
        // oxlint-disable-next-line no-unmodified-loop-condition
        for (let hops = 0; running > 0; hops += 1) {
          await Promise.resolve();
          if (hops > 100_000) throw new Error('Host code waits for something that is no scheduled call');
        }
        if (escaped !== null) throw escaped.error;
        if (shouldStop()) return 'stopped';
        const task = queue.pop();
        if (task === undefined) return 'rest';
        if (steps >= maxSteps) return 'tooLong';
        steps += 1;
        nowMs = task.atMs;
        task.run();
      }
    },
  };
}
