import type { LiveChange } from '@heddle/schemas/api';
import type { RuntimeDeps } from '../deps.ts';
import type { Claim } from '../mailbox/mailbox.ts';
import type { EventResult, LiveContact, LiveRun, LiveWait, NodeRunRecord, OutboxRecord } from '../turn/turn-state.ts';
import { writeCheckpoint, type BudgetClaim, type FlushOutcome } from './write-checkpoint.ts';

/** Everything that changed since the last checkpoint. */
export interface PendingChanges {
  readonly runs: Set<LiveRun>;
  readonly nodeRuns: Map<string, NodeRunRecord>;
  /** Waits to store; null: to delete. Keyed by run and position. */
  readonly waits: Map<string, { readonly run: LiveRun; readonly position: string; readonly wait: LiveWait | null }>;
  readonly outbox: Map<string, OutboxRecord>;
  readonly events: Map<string, EventResult>;
  readonly counters: Map<string, { readonly flowId: string; readonly node: string; readonly what: string; amount: number }>;
  readonly flowStarts: Map<string, { readonly flowId: string; readonly contactId: string; readonly atMs: number }>;
  readonly notices: { readonly id: string; readonly runId: string; readonly flowId: string; readonly node: string; readonly text: string }[];
  contact: LiveContact | null;
}

/**
 * Gathers what a turn did and writes it in one transaction per checkpoint.
 *
 * The state in memory is coherent at every `await` of a turn, so a checkpoint at any moment is a state one can go on from. Checkpoints
 * are made before something leaves the house (its outbox row says `sending`), before slow calls, and at the end of the turn.
 */
export interface TurnJournal {
  readonly pending: PendingChanges;
  count(flowId: string, node: string, what: string, amount?: number): void;
  /** @throws TurnLostError when another worker has the subject, or somebody cancelled a run in our hands. */
  flush(options?: { budget?: readonly BudgetClaim[]; releaseAtMs?: number | null }): Promise<FlushOutcome>;
}

export function createTurnJournal(deps: RuntimeDeps, claim: Claim): TurnJournal {
  let pending = noChanges();
  return {
    get pending() {
      return pending;
    },
    count(flowId, node, what, amount = 1) {
      const key = `${flowId}/${node}/${what}`;
      const counter = pending.counters.get(key);
      if (counter === undefined) pending.counters.set(key, { flowId, node, what, amount });
      else counter.amount += amount;
    },
    async flush(options = {}) {
      const isRelease = options.releaseAtMs !== undefined;
      if (isEmpty(pending) && !isRelease && options.budget === undefined) return { kind: 'written', posted: claim.posted };
      const changes = pending;
      const outcome = await writeCheckpoint(deps, claim, changes, options);
      if (outcome.kind === 'overBudget') return outcome;
      pending = noChanges();
      for (const run of changes.runs) run.storedVersion += 1;
      tell(deps, claim.workspaceId, changes);
      return outcome;
    },
  };
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
    contact: null,
  };
}

function isEmpty(pending: PendingChanges): boolean {
  const { runs, nodeRuns, waits, outbox, events, counters, flowStarts, notices, contact } = pending;
  return [runs, nodeRuns, waits, outbox, events, counters, flowStarts].every((changes) => changes.size === 0) && notices.length === 0 && contact === null;
}

/** After the commit: open pages and the metrics. */
function tell(deps: RuntimeDeps, workspaceId: string, changes: PendingChanges): void {
  const live: LiveChange[] = [];
  for (const run of changes.runs) {
    live.push({ kind: 'run', id: run.id, flowId: run.flowId, status: run.snapshot.status });
    if (run.endedAtMs !== null) deps.metrics.runsFinished.inc({ status: run.snapshot.status });
  }
  for (const { runId, flowId, node, status } of changes.nodeRuns.values()) live.push({ kind: 'node', runId, flowId, node, status });
  for (const { id, runId, state } of changes.outbox.values()) {
    live.push({ kind: 'outbox', id, runId });
    deps.metrics.sends.inc({ state });
  }
  for (const id of changes.events.keys()) live.push({ kind: 'event', id });
  if (live.length > 0) deps.live.publish(workspaceId, live);
}
