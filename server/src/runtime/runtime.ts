import { FlowError, type JsonObject } from '@heddle/schemas';
import { newId, type Tx } from '../database/index.ts';
import type { RuntimeDeps } from './deps.ts';
import { createProgramCache } from './drive/program-cache.ts';
import { createIngest, type Ingest } from './ingest/ingest.ts';
import { createMailbox, LEASE_MS } from './mailbox/mailbox.ts';
import { fireSchedules } from './schedule/fire-schedules.ts';
import { syncTriggers } from './schedule/sync-triggers.ts';
import { createTurnWorker } from './workers/turn-worker.ts';

export interface RuntimeOptions extends RuntimeDeps {
  /** Turns taken at once by this process; each holds a database connection only while it reads or writes. Default 16. */
  readonly concurrency?: number;
  /** Default 15 s. */
  readonly leaseMs?: number;
}

/** The durable runtime of one process. */
export interface Runtime {
  readonly ingest: Ingest;
  /**
   * Makes a flow listen, or stop, as its state says. Call it in the transaction that publishes, pauses, resumes, deletes or rebinds.
   *
   * @throws FlowError `FLOW_INVALID`.
   */
  syncTriggers(tx: Tx, workspaceId: string, flowId: string): Promise<void>;
  /** Puts an event meant for one trigger into the mailbox: manual starts, webhook triggers. @returns The id of the event. */
  startManual(start: ManualStart): Promise<string>;
  /** Begins to take turns (role `worker`) and to fire schedules (role `scheduler`). */
  start(roles: { readonly worker: boolean; readonly scheduler: boolean }): void;
  stop(): Promise<void>;
  /** Fires what is due and takes turns until nothing is ready at this moment. For tests and tools. */
  runUntilIdle(): Promise<void>;
  /** A person changed a run: let its subject look. */
  wake(): void;
}

export interface ManualStart {
  readonly workspaceId: string;
  readonly flowId: string;
  /** The trigger. */
  readonly node: string;
  readonly kind: 'core/manual' | 'core/webhook';
  readonly data: JsonObject;
  /** Mailbox and contact, when the run is about a person. */
  readonly contact?: { readonly connectionId: string; readonly platformId: string; readonly platform: string };
  /** What makes a repeated call a duplicate; default: each call is its own event. */
  readonly key?: string;
}

/** Schedules are looked at this often: a cron line has seconds at best. */
const SCHEDULE_MS = 1_000;
const STOP_GRACE_MS = 10_000;

export function createRuntime(options: RuntimeOptions): Runtime {
  const deps: RuntimeDeps = options;
  const { pool } = deps.database;
  const mailbox = createMailbox({ pool, clock: deps.clock, leaseMs: options.leaseMs ?? LEASE_MS });
  const programs = createProgramCache(deps);
  const worker = createTurnWorker(deps, { mailbox, programs, concurrency: options.concurrency ?? 16 });
  const ingest = createIngest({ pool, clock: deps.clock, metrics: deps.metrics, onStored: () => worker.wake() });
  let scheduler: NodeJS.Timeout | undefined;
  let ticking: Promise<unknown> = Promise.resolve();

  return {
    ingest,
    syncTriggers: (tx, workspaceId, flowId) => syncTriggers(tx, deps.registry, workspaceId, flowId, deps.clock.nowMs()),
    async startManual(start) {
      const { workspaceId, flowId, node, kind, data, contact } = start;
      const occurredAtMs = deps.clock.nowMs();
      const [id] = await ingest.accept(workspaceId, [
        {
          event: { kind, key: start.key ?? `start:${newId()}`, occurredAtMs, data, ...(contact === undefined ? {} : { contact: { platformId: contact.platformId } }) },
          platform: contact?.platform ?? 'core',
          connectionId: contact?.connectionId ?? null,
          target: { flowId, node },
        },
      ]);
      if (id === undefined || id === null) throw new FlowError('REQUEST_INVALID', 'An event with this key was taken in already.');
      return id;
    },
    start(roles) {
      if (roles.worker) worker.start();
      if (!roles.scheduler) return;
      scheduler = setInterval(() => {
        ticking = fireSchedules(deps, ingest).catch((error: unknown) => deps.log.error({ error }, 'Schedules could not be fired; trying again'));
      }, SCHEDULE_MS);
    },
    async stop() {
      clearInterval(scheduler);
      await ticking;
      await ingest.drain();
      await worker.stop(STOP_GRACE_MS);
    },
    async runUntilIdle() {
      do {
        await ingest.drain();
        await worker.drain();
      } while ((await fireSchedules(deps, ingest)) > 0);
    },
    wake: () => worker.wake(),
  };
}
