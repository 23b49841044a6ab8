import { writeCheckpoint, type CheckpointOptions, type CheckpointOutcome } from '../model/checkpoint.ts';
import type { Claim } from '../model/store.ts';
import type { Process } from '../scheduler.ts';
import type { PendingChanges } from './pending-changes.ts';
import type { World } from './world.ts';

/** Gathers what a turn did and writes it in one transaction per checkpoint, as the journal of the server does. */
export interface Journal {
  readonly pending: PendingChanges;
  /** @throws TurnLost | DatabaseError */
  flush(options?: Omit<CheckpointOptions, 'loadedEvents'>): Promise<CheckpointOutcome>;
}

export function createJournal(world: World, process: Process, claim: Claim, loadedEvents: () => number): Journal {
  let pending = noChanges();
  return {
    get pending() {
      return pending;
    },
    async flush(options = {}) {
      if (isEmpty(pending) && options.releaseAtMs === undefined && options.budgetAtMs === undefined)
        return { kind: 'written', posted: claim.posted };
      const changes = pending;
      const outcome = await world.database(process, `checkpoint of ${claim.subject} (fence ${claim.fence})`, () =>
        writeCheckpoint(world, process, claim, changes, { ...options, loadedEvents: loadedEvents() }),
      );
      if (outcome.kind === 'overBudget') return outcome;
      pending = noChanges();
      for (const run of changes.runs) run.storedVersion += 1;
      return outcome;
    },
  };
}

function noChanges(): PendingChanges {
  return {
    runs: new Set(),
    waits: new Map(),
    outbox: new Map(),
    events: new Map(),
    flowStarts: new Map(),
    told: new Set(),
    cancelled: [],
    queued: new Map(),
    unqueued: new Set(),
    contact: null,
  };
}

function isEmpty({ cancelled, contact, ...sets }: PendingChanges): boolean {
  return Object.values(sets).every(({ size }) => size === 0) && cancelled.length === 0 && contact === null;
}
