import { decideStart, isReply, matchTriggers, startSnapshot, toReply, type RunNodeEffect } from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { readOptOut } from '../../../server/src/runtime/turn/opt-out.ts';
import type { EventRow } from '../model/tables.ts';
import { applyEvent } from './apply-event.ts';
import { toContactFacts } from './contact-facts.ts';
import { driveRun } from './drive-run.ts';
import type { EventResult } from './pending-changes.ts';
import { MAX_HOLD_MS } from './protocol.ts';
import { settleByEcho } from './settle-sends.ts';
import type { LiveFlow, LiveRun } from './live-run.ts';
import type { Turn } from './turn.ts';

/** Takes one event of the mailbox: answers a waiting run, or starts one, or says why nothing happened. As the server's `takeEvent`. */
export async function takeEvent(turn: Turn, row: EventRow): Promise<void> {
  const { event } = row;
  if (Number(event.data['poison'] ?? 0) > row.attempts) throw new TypeError('A poisoned event.');
  if (event.kind.endsWith('/echo'))
    return settle(turn, row, { state: 'completed', reason: await settleByEcho(turn, event) });
  if (isReply(event)) {
    noteInbound(turn, event.occurredAtMs);
    const optOut = readOptOut(event);
    if (optOut !== null && turn.contact.isOptedOut !== (optOut === 'out')) {
      turn.contact.isOptedOut = optOut === 'out';
      turn.journal.pending.contact = turn.contact;
      return settle(turn, row, {
        state: 'completed',
        reason: 'The person asked for no more messages, or allowed them.',
      });
    }
    const wait = findReplyWait(turn);
    if (wait !== null) {
      const toRun = applyEvent(turn, wait.run, {
        kind: 'replied',
        position: wait.position,
        reply: toReply(event),
        atMs: turn.nowMs(),
      });
      settle(turn, row, { state: 'completed', runIds: [wait.run.id] });
      return driveRun(turn, wait.run, toRun);
    }
    const untilMs = findHold(turn);
    if (untilMs !== null) return hold(turn, row, untilMs);
  }
  return fire(turn, row);
}

function settle(turn: Turn, row: EventRow, result: Partial<EventResult> & Pick<EventResult, 'state'>): void {
  turn.world.trace.note(
    () =>
      `${turn.process.name} event ${row.id} (${row.event.kind}) -> ${result.state} ${result.reason ?? ''} ${(result.runIds ?? []).join(' ')}`,
  );
  turn.journal.pending.events.set(row.id, { reason: null, skipped: [], runIds: [], retryAtMs: null, ...result });
}

function noteInbound({ contact, journal }: Turn, occurredAtMs: number): void {
  if ((contact.lastInboundAtMs ?? 0) >= occurredAtMs) return;
  contact.lastInboundAtMs = occurredAtMs;
  journal.pending.contact = contact;
}

/** The question that was asked last. */
function findReplyWait(turn: Turn): { run: LiveRun; position: string } | null {
  let found: { run: LiveRun; position: string; atMs: number } | null = null;
  for (const run of turn.runs) {
    for (const { spec, position, createdAtMs } of run.waits.values()) {
      if (spec.kind === 'reply' && (found === null || createdAtMs >= found.atMs))
        found = { run, position, atMs: createdAtMs };
    }
  }
  return found;
}

/** A run that was put off on its way to a question: an answer that comes before the question is kept. Null when no such run is near. */
function findHold(turn: Turn): number | null {
  const latestMs = turn.nowMs() + MAX_HOLD_MS;
  let untilMs: number | null = null;
  for (const run of turn.runs) {
    for (const { spec, dueAtMs } of run.waits.values()) {
      if (spec.kind !== 'retry' || dueAtMs === null || dueAtMs > latestMs) continue;
      const mayAsk = [...run.flow.program.nodes.values()].some((node) => node.definition.lint.waitsForReply === true);
      if (mayAsk && (untilMs === null || dueAtMs < untilMs)) untilMs = dueAtMs;
    }
  }
  return untilMs;
}

function hold(turn: Turn, row: EventRow, untilMs: number): void {
  const { held } = turn;
  held.untilMs = Math.min(held.untilMs ?? untilMs, untilMs);
  settle(turn, row, { state: 'pending', reason: 'Kept for a run that is about to ask.', retryAtMs: untilMs });
}

interface Candidate {
  readonly flow: LiveFlow;
  readonly node: string;
  readonly output: JsonValue;
  readonly specificity: number;
}

/** Starts the run of the best trigger that may fire. One event starts one run at most; every other trigger is noted with its reason. */
async function fire(turn: Turn, row: EventRow): Promise<void> {
  const { candidates, skipped } = chooseTriggers(turn, row);
  let started: { run: LiveRun; toRun: RunNodeEffect[] } | null = null;
  for (const candidate of candidates) {
    const refusal: string | null =
      started === null ? await whyNot(turn, candidate) : `Run ${started.run.id} took the event.`;
    if (refusal !== null) skipped.push(refusal);
    else started = start(turn, row, candidate);
  }
  if (started === null) {
    return settle(turn, row, {
      state: 'ignored',
      reason: skipped.length === 0 ? 'No live flow listens.' : 'No trigger fired; each says why.',
      skipped,
    });
  }
  settle(turn, row, { state: 'completed', skipped, runIds: [started.run.id] });
  return driveRun(turn, started.run, started.toRun);
}

function chooseTriggers(turn: Turn, { event }: EventRow): { candidates: Candidate[]; skipped: string[] } {
  const { flows, registry } = turn.world;
  const candidates: Candidate[] = [];
  const skipped: string[] = [];
  for (const flow of flows) {
    const facts = {
      flowId: `flow-${flow.number}`,
      inputs: flow.inputs,
      contact: toContactFacts(turn.contact),
      nowMs: turn.nowMs(),
      slots: ['shop'],
    };
    for (const outcome of matchTriggers(flow.program, registry, event, facts)) {
      if ('reason' in outcome) skipped.push(outcome.reason);
      else candidates.push({ flow, ...outcome });
    }
  }
  return {
    candidates: candidates.toSorted((a, b) => b.flow.priority - a.flow.priority || b.specificity - a.specificity),
    skipped,
  };
}

/** The rules of the flow about one person; null when it may start. Runs that must end first are cancelled. */
async function whyNot(turn: Turn, { flow }: Candidate): Promise<string | null> {
  const { world, contact, process, runs, journal } = turn;
  const name = `${flow.number}/${contact.id}`;
  const { settings } = flow.program.document;
  const lastStartedAtMs =
    (settings?.cooldownMs ?? 0) === 0
      ? null
      : (journal.pending.flowStarts.get(name) ??
        (await world.database(process, `last start of ${name}`, () => world.store.flowStarts.get(name))) ??
        null);
  const active = runs.filter((run) => run.flow === flow && run.endedAtMs === null);
  const decision = decideStart(settings, {
    activeRunIds: active.map(({ id }) => id),
    lastStartedAtMs,
    nowMs: turn.nowMs(),
  });
  if (decision.kind === 'refuse') return decision.reason;
  if (decision.kind !== 'start') return 'The flow starts later.';
  for (const run of active) {
    if (decision.cancel.includes(run.id))
      applyEvent(turn, run, {
        kind: 'cancelled',
        reason: 'A new trigger of the same flow restarted it.',
        atMs: turn.nowMs(),
      });
  }
  return null;
}

function start(turn: Turn, row: EventRow, { flow, node, output }: Candidate): { run: LiveRun; toRun: RunNodeEffect[] } {
  const { store, random } = turn.world;
  const nowMs = turn.nowMs();
  const run: LiveRun = {
    id: store.newId('r'),
    flow,
    contactId: turn.contact.id,
    eventId: row.id,
    eventAtMs: row.event.occurredAtMs,
    triggerNode: node,
    startedAtMs: nowMs,
    snapshot: startSnapshot(random.int(2 ** 31)),
    storedVersion: 0,
    endedAtMs: null,
    waits: new Map(),
  };
  turn.runs.push(run);
  turn.journal.pending.runs.add(run);
  if ((flow.program.document.settings?.cooldownMs ?? 0) > 0)
    turn.journal.pending.flowStarts.set(`${flow.number}/${turn.contact.id}`, nowMs);
  return { run, toRun: applyEvent(turn, run, { kind: 'started', node, output, atMs: nowMs }) };
}
