import type { Tx } from '../database/index.ts';
import type { RuntimeDeps, TurnDeps } from './deps.ts';
import { createProgramCache } from './drive/program-cache.ts';
import { createBreakers } from './gateway/breakers.ts';
import { createIngest, type Ingest } from './ingest/ingest.ts';
import { createCheckpointWriter } from './journal/checkpoint-writer.ts';
import { createMailbox, LEASE_MS } from './mailbox/mailbox.ts';
import { settleStaleSends } from './outbox/settle-stale-sends.ts';
import { createMessagingRules, type MessagingRulesStore } from './planner/messaging-rules.ts';
import { fireSchedules } from './schedule/fire-schedules.ts';
import { maintainTables } from './schedule/maintain-tables.ts';
import { syncTriggers } from './schedule/sync-triggers.ts';
import { createTurnLoader } from './turn/load-turn.ts';
import { createTurnWorker } from './workers/turn-worker.ts';
import { createWakeUps } from './workers/wake-ups.ts';

export interface RuntimeOptions extends RuntimeDeps {
  /** Turns taken at once by this process; each holds a database connection only while it reads or writes. Default 128. */
  readonly concurrency?: number;
  /** Default 15 s. */
  readonly leaseMs?: number;
  /** How often a worker looks for work that nobody told it about. Default 200 ms. */
  readonly pollMs?: number;
  /** Commits of several events are so far apart at least, unless much waits; see `GatherOptions`. Default 3 ms. */
  readonly paceMs?: number;
}

/** The durable runtime of one process. */
export interface Runtime {
  readonly ingest: Ingest;
  /** What the workspaces allow their flows to send. */
  readonly rules: MessagingRulesStore;
  /**
   * Makes a flow listen, or stop, as its state says. Call it in the transaction that publishes, pauses, resumes, deletes or rebinds.
   *
   * @throws FlowError `FLOW_INVALID`.
   */
  syncTriggers(tx: Tx, workspaceId: string, flowId: string): Promise<void>;
  /** Begins to take turns (role `worker`) and to fire schedules (role `scheduler`). */
  start(roles: { readonly worker: boolean; readonly scheduler: boolean }): void;
  stop(): Promise<void>;
  /** Fires what is due and takes turns until nothing is ready at this moment. For tests and tools. */
  runUntilIdle(): Promise<void>;
  /** A person changed a run: let its subject look. */
  wake(): void;
}

/** Enough that some turns compute and call while others are written: with 32 the process and the database wait for each other in turn. */
const CONCURRENCY = 128;

/** An ingest costs half a millisecond of the database however few events it holds: so many a second leave it time for the turns. */
const INGEST_PACE_MS = 6;

/** Schedules are looked at this often: a cron line has seconds at best. */
const SCHEDULE_MS = 1_000;
const STALE_SENDS_MS = 15_000;
const TABLES_MS = 6 * 3_600_000;
const STOP_GRACE_MS = 10_000;

export function createRuntime(options: RuntimeOptions): Runtime {
  const rules = createMessagingRules(options);
  const deps: TurnDeps = {
    ...options,
    breakers: createBreakers(options),
    checkpoints: createCheckpointWriter(options, () => worker.wake()),
    turns: createTurnLoader(options),
    rules,
  };
  const { pool } = deps.database;
  const { leaseMs = LEASE_MS } = options;
  const mailbox = createMailbox({ pool, clock: deps.clock, leaseMs });
  const programs = createProgramCache(deps);
  const worker = createTurnWorker(deps, {
    mailbox,
    programs,
    concurrency: options.concurrency ?? CONCURRENCY,
    pollMs: options.pollMs,
  });
  const wakeUps = createWakeUps({ pool, log: deps.log });
  const ingest = createIngest({
    pool,
    clock: deps.clock,
    metrics: deps.metrics,
    places: worker,
    leaseMs,
    paceMs: options.paceMs ?? INGEST_PACE_MS,
    onLeft: wake,
  });
  const timers: NodeJS.Timeout[] = [];
  /** Here if there is room, else (and always, when this process takes no turns) in another process. */
  function wake(): void {
    worker.wake();
    if (!worker.hasRoom()) wakeUps.tell();
  }

  const underWay = new Set<Promise<void>>();

  /** Repeats work that several processes may do at once. One at a time here; what fails is tried again at the next tick. */
  const repeat = (everyMs: number, what: string, work: () => Promise<unknown>): void => {
    let isBusy = false;
    const tick = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      try {
        await work();
      } catch (error) {
        deps.log.error({ error }, `${what} failed; trying again`);
      } finally {
        isBusy = false;
      }
    };
    const begin = (): void => {
      const done = tick().finally(() => underWay.delete(done));
      underWay.add(done);
    };
    begin();
    timers.push(setInterval(begin, everyMs));
  };

  return {
    ingest,
    rules,
    syncTriggers: (tx, workspaceId, flowId) => syncTriggers(tx, deps.registry, workspaceId, flowId, deps.clock.nowMs()),
    start(roles) {
      if (roles.worker) {
        worker.start();
        void wakeUps.listen(() => worker.wake());
      }
      if (!roles.scheduler) return;
      repeat(SCHEDULE_MS, 'Firing schedules', () => fireSchedules(deps, ingest));
      repeat(STALE_SENDS_MS, 'Settling interrupted sends', () => settleStaleSends(deps));
      repeat(TABLES_MS, 'Maintaining partitions', () => maintainTables(deps));
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(underWay);
      await ingest.drain();
      wakeUps.stop();
      await worker.stop(STOP_GRACE_MS);
    },
    async runUntilIdle() {
      await settleStaleSends(deps);
      do {
        await ingest.drain();
        await worker.drain();
      } while ((await fireSchedules(deps, ingest)) > 0);
    },
    wake,
  };
}
