import { matchTriggers } from '@heddle/engine';
import { FlowError, type JsonValue } from '@heddle/schemas';
import type { Turn } from './turn.ts';
import { toContactFacts, type EventResult, type Listener, type PendingEvent } from './turn-state.ts';

/** A trigger that matched an event. */
export interface Candidate {
  readonly listener: Listener;
  readonly node: string;
  readonly output: JsonValue;
  readonly specificity: number;
}

export interface TriggerChoice {
  /** Best first: priority of the flow, then how specific the match is, then how long the flow is live. */
  readonly candidates: readonly Candidate[];
  readonly skipped: EventResult['skipped'][number][];
}

/** Asks the triggers of every flow that listens. */
export async function chooseTriggers(turn: Turn, pending: PendingEvent): Promise<TriggerChoice> {
  const candidates: Candidate[] = [];
  const skipped: EventResult['skipped'][number][] = [];
  for (const listener of listenersTo(turn, pending)) {
    const skip = (node: string, reason: string): void =>
      void skipped.push({ flowId: listener.flowId, flowName: listener.flowName, node, reason });
    let program;
    try {
      program = await turn.programs.get(turn.claim.workspaceId, listener.flowId, listener.version);
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      skip('', `The published version cannot run: ${error.message}`);
      continue;
    }
    const slots = Object.entries(listener.bindings.connections).flatMap(([slot, id]) =>
      id !== null && id === pending.connectionId ? [slot] : [],
    );
    const outcomes = matchTriggers(program, turn.deps.registry, pending.event, {
      flowId: listener.flowId,
      inputs: listener.bindings.inputs,
      contact: turn.contact === null ? null : toContactFacts(turn.contact),
      nowMs: turn.deps.clock.nowMs(),
      // What comes from no account (manual, schedule, webhook) is not narrowed by one.
      ...(pending.connectionId === null || pending.target !== null ? {} : { slots }),
    });
    for (const outcome of outcomes) {
      if (pending.target !== null && outcome.node !== pending.target.node) continue;
      if ('reason' in outcome) skip(outcome.node, outcome.reason);
      else candidates.push({ listener, ...outcome });
    }
  }
  return { candidates: candidates.toSorted(byPrecedence), skipped };
}

/** Flows with at least one trigger for the event, each once; for an event meant for one flow, that one. */
function listenersTo(turn: Turn, pending: PendingEvent): Listener[] {
  const flows = new Map<string, Listener>();
  for (const listener of turn.listeners) {
    if (listener.kind !== pending.event.kind) continue;
    if (
      pending.target === null
        ? listener.connectionId !== null && listener.connectionId !== pending.connectionId
        : listener.flowId !== pending.target.flowId
    )
      continue;
    if (!flows.has(listener.flowId)) flows.set(listener.flowId, listener);
  }
  return [...flows.values()];
}

function byPrecedence(a: Candidate, b: Candidate): number {
  return (
    b.listener.priority - a.listener.priority ||
    b.specificity - a.specificity ||
    a.listener.liveSinceMs - b.listener.liveSinceMs
  );
}
