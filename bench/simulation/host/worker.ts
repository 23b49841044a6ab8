import type { Claim } from '../model/store.ts';
import type { Process } from '../scheduler.ts';
import { AFTER_ERROR_MS, LEASE_MS, POLL_MS, RENEW_MS, SCHEDULE_MS, STALE_MS } from './protocol.ts';
import { findStaleSends, settleStaleSends, SWEEP_MS } from './settle-sends.ts';
import { fireSchedules } from './fire-schedules.ts';
import { takeTurn } from './take-turn.ts';
import type { Taker } from './taker.ts';
import type { World } from './world.ts';
import { DatabaseError } from './failures.ts';

/** Turns of one process at once. */
const CONCURRENCY = 2;

/** One worker process: claims subjects that are ready, takes their turns, keeps its leases. As the server's turn worker. */
export interface Worker {
  readonly process: Process;
  /** There may be work: look now. */
  wake(): void;
  /** Looks again when the database says that something will be ready; the poll of the server, without the empty looks. */
  plan(): void;
}

export function createWorker(world: World, name: string): Worker {
  const { scheduler, store, bugs, random } = world;
  const process: Process = { name, isAlive: true, frozenUntilMs: 0, skewMs: 0 };
  const active = new Map<Claim, { isAborted: boolean }>();
  let isClaiming = false;
  let isRenewing = false;
  let plannedAtMs = Number.POSITIVE_INFINITY;
  /** The database's clock as of the last answer that named it, carried on by the time that passed here since: no clock of ours is read. */
  let clockOffsetMs = store.nowMs() - scheduler.nowMs();

  const nowMs = (): number => scheduler.nowMs() + (bugs.has('processClock') ? process.skewMs : clockOffsetMs);
  const taker: Taker = { world, process, nowMs };
  const syncClock = (): number => {
    clockOffsetMs = store.nowMs() - scheduler.nowMs();
    return nowMs();
  };

  /** Code of this process that a timer starts. A frozen process gets to its timers when it goes on. */
  const onTimer = (atMs: number, run: () => void): void => {
    scheduler.at(atMs, () => {
      if (!process.isAlive) return;
      if (process.frozenUntilMs > scheduler.nowMs()) onTimer(process.frozenUntilMs + random.int(20), run);
      else run();
    });
  };

  const serve = (claim: Claim): void => {
    const signal = { isAborted: false };
    active.set(claim, signal);
    startRenewing();
    world.trace.note(
      () => `${name} takes ${claim.subject} (fence ${claim.fence}, posted ${claim.posted}, crashes ${claim.crashes})`,
    );
    scheduler.spawn(async () => {
      try {
        await takeTurn(taker, claim, signal);
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        world.trace.note(() => `${name} ends its turn of ${claim.subject}: ${error.message}`);
        await giveBack(claim);
      }
      active.delete(claim);
      planSweep();
      wake();
    });
  };

  const giveBack = async (claim: Claim): Promise<void> => {
    try {
      await world.database(process, `give back ${claim.subject}`, () =>
        store.postpone(claim, nowMs() + AFTER_ERROR_MS),
      );
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  };

  const fill = async (): Promise<void> => {
    const free = CONCURRENCY - active.size;
    if (isClaiming || free <= 0) return;
    isClaiming = true;
    try {
      const claims = await world.database(process, 'claim', () => store.claim(syncClock(), free, LEASE_MS));
      claims.forEach(serve);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      plannedAtMs = Number.POSITIVE_INFINITY;
    }
    isClaiming = false;
    plan();
  };

  const wake = (): void => {
    if (process.isAlive && process.frozenUntilMs <= scheduler.nowMs()) scheduler.spawn(fill);
    else plan();
  };

  const plan = (): void => {
    const nextMs = store.nextReadyAtMs();
    if (nextMs === null || !process.isAlive) return;
    const inMs = Math.max(0, nextMs - (bugs.has('processClock') ? nowMs() : store.nowMs()));
    const atMs = scheduler.nowMs() + inMs + random.between(1, POLL_MS);
    if (atMs >= plannedAtMs && plannedAtMs > scheduler.nowMs()) return;
    plannedAtMs = atMs;
    onTimer(atMs, () => {
      if (plannedAtMs !== atMs) return;
      plannedAtMs = Number.POSITIVE_INFINITY;
      scheduler.spawn(fill);
    });
  };

  const startRenewing = (): void => {
    if (isRenewing) return;
    isRenewing = true;
    onTimer(scheduler.nowMs() + RENEW_MS, () => {
      isRenewing = false;
      if (active.size === 0) return;
      scheduler.spawn(renew);
      startRenewing();
    });
  };

  const renew = async (): Promise<void> => {
    const held = [...active];
    try {
      const ours = await world.database(process, 'renew leases', () =>
        store.renew(
          held.map(([claim]) => claim),
          syncClock() + LEASE_MS,
        ),
      );
      for (const [claim, signal] of held) if (!ours.has(claim.subject)) signal.isAborted = true;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
    }
  };

  let isSweepPlanned = false;
  const planSweep = (): void => {
    if (isSweepPlanned || findStaleSends(world).length === 0) return;
    isSweepPlanned = true;
    onTimer(scheduler.nowMs() + STALE_MS + random.int(SWEEP_MS), () => {
      scheduler.spawn(async () => {
        try {
          await settleStaleSends(taker);
        } catch (error) {
          if (!(error instanceof DatabaseError)) throw error;
        }
        isSweepPlanned = false;
        planSweep();
      });
    });
  };

  let isTickPlanned = false;
  const planTicks = (): void => {
    if (isTickPlanned || store.schedules.length === 0) return;
    isTickPlanned = true;
    const nextMs = Math.min(...store.schedules.map(({ nextTickAtMs }) => nextTickAtMs));
    const inMs = Math.max(0, nextMs - (bugs.has('processClock') ? nowMs() : store.nowMs()));
    onTimer(scheduler.nowMs() + inMs + random.between(1, SCHEDULE_MS), () => {
      scheduler.spawn(async () => {
        try {
          syncClock();
          await fireSchedules(taker);
          wake();
        } catch (error) {
          if (!(error instanceof DatabaseError)) throw error;
        }
        isTickPlanned = false;
        planTicks();
      });
    });
  };

  planSweep();
  planTicks();
  return { process, wake, plan };
}
