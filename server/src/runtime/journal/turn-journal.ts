import type { LiveChange } from '@heddle/schemas/api';
import type { TurnDeps } from '../deps.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { FlushOptions, FlushOutcome, PendingChanges } from './checkpoint.ts';
import { TurnLostError } from './turn-lost-error.ts';

/**
 * Gathers what a turn did and writes it, all or nothing, at each checkpoint.
 *
 * The state in memory is coherent at every `await` of a turn, so a checkpoint at any moment is a state one can go on from. Checkpoints
 * are made before something leaves the house (its outbox row says `sending`), before slow calls, and at the end of the turn.
 */
export interface TurnJournal {
  readonly pending: PendingChanges;
  count(flowId: string, node: string, what: string, amount?: number): void;
  /** @throws TurnLostError when another worker has the subject, or somebody cancelled a run in our hands. */
  flush(options?: FlushOptions): Promise<FlushOutcome>;
}

export function createTurnJournal(deps: TurnDeps, claim: Claim): TurnJournal {
  let pending = noChanges();
  // One checkpoint after the other: a handler may send several things at once.
  let last: Promise<unknown> = Promise.resolve();

  const write = async (options: FlushOptions): Promise<FlushOutcome> => {
    const changes = pending;
    if (isEmpty(changes) && options.releaseAtMs === undefined && options.budget === undefined)
      return { kind: 'written', posted: claim.posted };
    // What comes while this one is being written belongs to the next.
    pending = noChanges();
    const tellMoment = (kind: 'beforeRecord' | 'afterRecord' | 'recordRefused'): void =>
      deps.onMoment?.({
        kind,
        claim,
        outbox: [...changes.outbox.values()],
        isRelease: options.releaseAtMs !== undefined,
      });
    try {
      tellMoment('beforeRecord');
      const outcome = await deps.checkpoints.write(claim, changes, options);
      if (outcome.kind === 'overBudget') {
        pending = putBack(changes, pending);
        return outcome;
      }
      tellMoment('afterRecord');
      for (const run of changes.runs) run.storedVersion += 1;
      if (changes.contact !== null) changes.contact.isStored = true;
      tell(deps, claim.workspaceId, changes);
      return outcome;
    } catch (error) {
      if (error instanceof TurnLostError) tellMoment('recordRefused');
      pending = putBack(changes, pending);
      throw error;
    }
  };

  return {
    get pending() {
      return pending;
    },
    count(flowId, node, what, amount = 1) {
      addCount(pending, { flowId, node, what, amount });
    },
    flush(options = {}) {
      const next = last.then(() => write(options));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

type Count = { readonly flowId: string; readonly node: string; readonly what: string; amount: number };

function addCount(changes: PendingChanges, { flowId, node, what, amount }: Count): void {
  const key = `${flowId}/${node}/${what}`;
  const counter = changes.counters.get(key);
  if (counter === undefined) changes.counters.set(key, { flowId, node, what, amount });
  else counter.amount += amount;
}

/** Changes that were not written, under those that came meanwhile. */
function putBack(unwritten: PendingChanges, since: PendingChanges): PendingChanges {
  const together: PendingChanges = {
    runs: new Set([...unwritten.runs, ...since.runs]),
    nodeRuns: new Map([...unwritten.nodeRuns, ...since.nodeRuns]),
    waits: new Map([...unwritten.waits, ...since.waits]),
    outbox: new Map([...unwritten.outbox, ...since.outbox]),
    events: new Map([...unwritten.events, ...since.events]),
    counters: unwritten.counters,
    flowStarts: new Map([...unwritten.flowStarts, ...since.flowStarts]),
    notices: [...unwritten.notices, ...since.notices],
    reported: new Set([...unwritten.reported, ...since.reported]),
    cancelled: [...unwritten.cancelled, ...since.cancelled],
    queued: new Map([...unwritten.queued, ...since.queued]),
    unqueued: new Set([...unwritten.unqueued, ...since.unqueued]),
    contact: since.contact ?? unwritten.contact,
  };
  for (const counter of since.counters.values()) addCount(together, counter);
  return together;
}

function noChanges(): PendingChanges {
  return {
    runs: new Set(),
    nodeRuns: new Map(),
    waits: new Map(),
    outbox: new Map(),
    events: new Map(),
    counters: new Map(),
    flowStarts: new Map(),
    notices: [],
    reported: new Set(),
    cancelled: [],
    queued: new Map(),
    unqueued: new Set(),
    contact: null,
  };
}

function isEmpty(pending: PendingChanges): boolean {
  const { runs, nodeRuns, waits, outbox, events, counters, flowStarts, reported, queued, unqueued } = pending;
  const { notices, cancelled, contact } = pending;
  return (
    [runs, nodeRuns, waits, outbox, events, counters, flowStarts, reported, queued, unqueued].every(
      (changes) => changes.size === 0,
    ) &&
    notices.length === 0 &&
    cancelled.length === 0 &&
    contact === null
  );
}

/** After the commit: open pages and the metrics. */
function tell(deps: TurnDeps, workspaceId: string, changes: PendingChanges): void {
  const live: LiveChange[] = [];
  for (const run of changes.runs) {
    live.push({ kind: 'run', id: run.id, flowId: run.flowId, status: run.snapshot.status });
    if (run.endedAtMs !== null) deps.metrics.runsFinished.inc({ status: run.snapshot.status });
  }
  for (const { runId, flowId, node, status } of changes.nodeRuns.values())
    live.push({ kind: 'node', runId, flowId, node, status });
  for (const { id, runId, state } of changes.outbox.values()) {
    live.push({ kind: 'outbox', id, runId });
    deps.metrics.sends.inc({ state });
  }
  for (const id of changes.events.keys()) live.push({ kind: 'event', id });
  if (live.length > 0) deps.live.publish(workspaceId, live);
}
