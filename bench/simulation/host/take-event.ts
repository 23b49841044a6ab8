import {
  decideStart,
  isReply,
  matchTriggers,
  startSnapshot,
  toReply,
  type RunNodeEffect,
  type StartDecision,
} from '@heddle/engine';
import type { JsonValue } from '@heddle/schemas';
import { readOptOut } from '../../../server/src/runtime/turn/opt-out.ts';
import { countLimited } from '../model/checkpoint.ts';
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
  if (event.kind === 'core/decision' || event.kind === 'core/reported') return takeForRun(turn, row);
  if (event.kind.endsWith('/echo'))
    return settle(turn, row, { state: 'completed', reason: await settleByEcho(turn, event) });
  if (isReply(event)) {
    noteInbound(turn, event.occurredAtMs);
    const optOut = readOptOut(event);
    if (optOut !== null && turn.contact !== null && turn.contact.isOptedOut !== (optOut === 'out')) {
      turn.contact.isOptedOut = optOut === 'out';
      turn.journal.pending.contact = turn.contact;
      return settle(turn, row, {
        state: 'completed',
        reason: 'The person asked for no more messages, or allowed them.',
      });
    }
    // What started to wait as a start is no answer to what was asked since.
    const wait = turn.queuedIds.has(row.id) ? null : findReplyWait(turn);
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
    const untilMs = turn.queuedIds.has(row.id) ? null : findHold(turn);
    if (untilMs !== null) return hold(turn, row, untilMs);
  }
  return fire(turn, row);
}

function settle(turn: Turn, row: EventRow, result: Partial<EventResult> & Pick<EventResult, 'state'>): void {
  turn.world.trace.note(
    () =>
      `${turn.process.name} event ${row.id} (${row.event.kind}) -> ${result.state} ${result.reason ?? ''} ${(result.runIds ?? []).join(' ')}`,
  );
  if (turn.queuedIds.has(row.id) && result.state !== 'pending') leaveQueue(turn, row.id);
  turn.journal.pending.events.set(row.id, { reason: null, skipped: [], runIds: [], retryAtMs: null, ...result });
}

/** What was not written yet was never in the queue. */
function leaveQueue({ journal: { pending } }: Turn, id: string): void {
  if (!pending.queued.delete(id)) pending.unqueued.add(id);
}

function noteInbound({ contact, journal }: Turn, occurredAtMs: number): void {
  if (contact === null || (contact.lastInboundAtMs ?? 0) >= occurredAtMs) return;
  contact.lastInboundAtMs = occurredAtMs;
  journal.pending.contact = contact;
}

/** Hands a decision or report to the run, if it still waits for it. As the server's `takeForRun`. */
async function takeForRun(turn: Turn, row: EventRow): Promise<void> {
  const { kind, data } = row.event;
  const run = turn.runs.find(({ id }) => id === data['runId']);
  const wait = run?.waits.get(String(data['position']));
  if (run === undefined || wait?.spec.kind !== (kind === 'core/decision' ? 'approval' : 'event'))
    return settle(turn, row, { state: 'ignored', reason: 'The run does not wait for it any more.' });
  const { position } = wait;
  const atMs = turn.nowMs();
  const toRun = applyEvent(
    turn,
    run,
    kind === 'core/reported'
      ? { kind: 'eventArrived', position, data: {}, atMs }
      : { kind: 'approved', position, decision: data['decision'] === 'approved' ? 'approved' : 'rejected', atMs },
  );
  settle(turn, row, { state: 'completed', runIds: [run.id] });
  return driveRun(turn, run, toRun);
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
    if (started !== null) {
      skipped.push('Another flow took the event.');
      continue;
    }
    const decision = await decide(turn, row, candidate);
    if (decision.kind === 'refuse') skipped.push(decision.reason);
    else if (decision.kind === 'queue') return queueUp(turn, row, candidate, decision.reason);
    else started = await start(turn, row, candidate, decision.cancel);
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

function chooseTriggers(turn: Turn, { event, target }: EventRow): { candidates: Candidate[]; skipped: string[] } {
  const { flows, registry } = turn.world;
  const candidates: Candidate[] = [];
  const skipped: string[] = [];
  for (const flow of flows) {
    if (target === null ? event.kind.startsWith('core/') : flow.number !== target.flow) continue;
    const facts = {
      flowId: `flow-${flow.number}`,
      inputs: flow.inputs,
      contact: turn.contact === null ? null : toContactFacts(turn.contact),
      nowMs: turn.nowMs(),
      ...(target === null ? { slots: ['shop'] } : {}),
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

/** Applies the rules of the flow, as the server's `decide`. */
async function decide(turn: Turn, row: EventRow, { flow }: Candidate): Promise<StartDecision> {
  const { world, contact, process, journal } = turn;
  const { settings = {} } = flow.program.document;
  const isForContact = contact !== null && row.target === null;
  let lastStartedAtMs: number | null = null;
  if (isForContact && (settings.cooldownMs ?? 0) > 0) {
    const name = `${flow.number}/${contact.id}`;
    const justNow = journal.pending.flowStarts.get(name);
    lastStartedAtMs =
      justNow ??
      (await world.database(process, `last start of ${name}`, () => world.store.flowStarts.get(name))) ??
      null;
  }
  const isBlind = world.bugs.has('queueJump') && turn.queuedIds.has(row.id);
  return decideStart(settings, {
    activeRunIds: isForContact && !isBlind ? activeRuns(turn, flow).map(({ id }) => id) : [],
    lastStartedAtMs,
    nowMs: turn.nowMs(),
    queuedForContact: isForContact && !isBlind ? turn.queue.filter((queued) => queued.flow === flow.number).length : 0,
    ...(settings.maxActiveRuns === undefined ? {} : await countActive(turn, flow.number)),
  });
}

/** Runs of a flow for the person of this turn; those that a run started are parts of that one. */
function activeRuns(turn: Turn, flow: LiveFlow): LiveRun[] {
  return turn.runs.filter((run) => run.flow === flow && run.parent === null && run.endedAtMs === null);
}

/**
 * How many runs of a flow are active, for anybody, and how many starts wait before the next one of this mailbox: of others those that came
 * before its first, of its own those that were taken already, as a mailbox keeps the order of what happened.
 */
async function countActive(turn: Turn, flow: number): Promise<{ activeInFlow: number; queuedInFlow: number }> {
  await turn.journal.flush();
  const { store } = turn.world;
  return turn.world.database(turn.process, `count runs of flow ${flow}`, () => {
    let queuedInFlow = turn.queue.filter((queued) => queued.flow === flow).length;
    for (const waiting of store.queued.values()) {
      if (waiting.flow !== flow) continue;
      if (waiting.subject === turn.claim.subject) break;
      queuedInFlow += 1;
    }
    return { activeInFlow: countLimited(store, flow), queuedInFlow };
  });
}

/** The event stays in the mailbox until a run of the flow has ended. */
async function queueUp(turn: Turn, row: EventRow, { flow }: Candidate, reason: string): Promise<void> {
  turn.queue.push({ event: row, flow: flow.number });
  if (turn.queuedIds.has(row.id)) return;
  const { settings } = flow.program.document;
  const isBehindAnother = turn.queue.filter((queued) => queued.flow === flow.number).length > 1;
  const isForContact = settings?.contactPolicy === 'queue' && (isBehindAnother || activeRuns(turn, flow).length > 0);
  const maxActive = isForContact ? null : (settings?.maxActiveRuns ?? null);
  turn.journal.pending.queued.set(row.id, { flow: flow.number, maxActive });
  settle(turn, row, { state: 'pending', reason });
  // The checkpoint makes sure that there is no place: as of now, and not after a run that ends later in this turn.
  if (maxActive !== null) await turn.journal.flush();
}

async function start(
  turn: Turn,
  row: EventRow,
  { flow, node, output }: Candidate,
  cancel: readonly string[],
): Promise<{ run: LiveRun; toRun: RunNodeEffect[] }> {
  const { store, random } = turn.world;
  const nowMs = turn.nowMs();
  for (const run of Array.from(turn.runs)) {
    if (!cancel.includes(run.id)) continue;
    const reason = 'A new trigger of the same flow restarted it.';
    applyEvent(turn, run, { kind: 'cancelled', reason, atMs: nowMs });
  }
  const { settings } = flow.program.document;
  // The place that they leave must be free before the new run takes it.
  if (cancel.length > 0 && settings?.maxActiveRuns !== undefined) await turn.journal.flush();
  const run: LiveRun = {
    id: store.newId('r'),
    flow,
    contactId: turn.contact?.id ?? null,
    eventId: row.id,
    eventAtMs: row.event.occurredAtMs,
    triggerNode: node,
    startedAtMs: nowMs,
    inputs: flow.inputs,
    subject: turn.claim.subject,
    parent: null,
    maxActive: settings?.maxActiveRuns ?? null,
    isLimited: settings?.maxActiveRuns !== undefined,
    snapshot: startSnapshot(random.int(2 ** 31)),
    storedVersion: 0,
    endedAtMs: null,
    result: null,
    isReported: false,
    waits: new Map(),
  };
  turn.runs.push(run);
  turn.journal.pending.runs.add(run);
  if (turn.contact !== null && (settings?.cooldownMs ?? 0) > 0)
    turn.journal.pending.flowStarts.set(`${flow.number}/${turn.contact.id}`, nowMs);
  return { run, toRun: applyEvent(turn, run, { kind: 'started', node, output, atMs: nowMs }) };
}
