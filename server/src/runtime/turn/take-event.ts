import { decideStart, startSnapshot, type Program, type StartDecision } from '@heddle/engine';
import { newId } from '../../database/index.ts';
import { applyEvent } from '../drive/apply-event.ts';
import { driveRun } from '../drive/drive-run.ts';
import { seedOf } from '../drive/seed-of.ts';
import { readTakeover } from '../outbox/note-takeover.ts';
import { settleByEcho } from '../outbox/settle-by-echo.ts';
import { chooseTriggers, type Candidate } from './choose-trigger.ts';
import { readOptOut } from './opt-out.ts';
import { countActive, readLastStart } from './start-facts.ts';
import { isForRun, takeForRun } from './take-for-run.ts';
import { programOf, type Turn } from './turn.ts';
import type { EventResult, LiveRun, PendingEvent } from './turn-state.ts';

/** Events that open Meta's 24-hour window, and that answer a question: the person wrote or tapped something in the conversation. */
const CONVERSATION_KINDS = /\/(?:message|postback)$/;

/** A run that is put off for longer than this is not waited for. */
const MAX_HOLD_MS = 10 * 60_000;

/** Takes one event of the mailbox: answers a waiting run, or starts one, or says why nothing happened. The event is settled in the journal. */
export async function takeEvent(turn: Turn, pending: PendingEvent): Promise<void> {
  const { event } = pending;
  if (isForRun(event)) {
    const { result, drive } = await takeForRun(turn, event);
    settle(turn, pending, result);
    return drive();
  }
  if (event.kind.endsWith('/echo'))
    return settle(turn, pending, { state: 'completed', reason: await settleByEcho(turn, event) });
  if (event.kind.endsWith('/unknown'))
    return settle(turn, pending, {
      state: 'ignored',
      reason: 'Heddle does not know this kind of event; it is kept as it came.',
    });
  if (CONVERSATION_KINDS.test(event.kind)) {
    noteInbound(turn, event.occurredAtMs);
    const optOut = readOptOut(event);
    if (optOut !== null && turn.contact !== null && turn.contact.isOptedOut !== (optOut === 'out')) {
      turn.contact.isOptedOut = optOut === 'out';
      turn.journal.pending.contact = turn.contact;
      return settle(turn, pending, {
        state: 'completed',
        reason: optOut === 'out' ? 'The person asked for no more messages.' : 'The person allowed messages again.',
      });
    }
    const withTeam = readTakeover(turn);
    if (withTeam !== null) return settle(turn, pending, { state: 'ignored', reason: withTeam });
    // What waits for its turn as a start was said before anything that was asked since.
    const waiting = pending.isQueued ? null : findReplyWait(turn);
    if (waiting !== null) return answer(turn, pending, waiting);
    const untilMs = pending.isQueued ? null : await findHold(turn);
    if (untilMs !== null) return hold(turn, pending, untilMs);
  }
  await fire(turn, pending);
}

function settle(turn: Turn, pending: PendingEvent, result: Partial<EventResult> & Pick<EventResult, 'state'>): void {
  if (pending.isQueued && result.state !== 'pending') leaveQueue(turn, pending.id);
  turn.journal.pending.events.set(pending.id, {
    id: pending.id,
    reason: null,
    skipped: [],
    runIds: [],
    contactId: turn.contact?.id ?? null,
    attempts: pending.attempts + 1,
    retryAtMs: null,
    ...result,
  });
}

/** What was not written yet was never in the queue. */
function leaveQueue({ journal: { pending } }: Turn, id: string): void {
  if (!pending.queued.delete(id)) pending.unqueued.add(id);
}

function noteInbound(turn: Turn, occurredAtMs: number): void {
  const { contact } = turn;
  if (contact === null || (contact.lastInboundAtMs ?? 0) >= occurredAtMs) return;
  contact.lastInboundAtMs = occurredAtMs;
  turn.journal.pending.contact = contact;
}

/** The question that was asked last. */
function findReplyWait(turn: Turn): { run: LiveRun; position: string } | null {
  let found: { run: LiveRun; position: string; atMs: number } | null = null;
  for (const run of turn.runs) {
    for (const wait of run.waits.values()) {
      if (wait.spec.kind === 'reply' && (found === null || wait.createdAtMs >= found.atMs))
        found = { run, position: wait.position, atMs: wait.createdAtMs };
    }
  }
  return found;
}

/**
 * A run that was put off on its way to a question (a limit of the platform) has not asked yet, but the person may answer already what they
 * read so far. Such an answer is kept until the run goes on.
 *
 * @returns When to look again, or null when no such run is near.
 */
async function findHold(turn: Turn): Promise<number | null> {
  const nowMs = turn.deps.clock.nowMs();
  let untilMs: number | null = null;
  for (const run of turn.runs) {
    for (const wait of run.waits.values()) {
      if (wait.spec.kind !== 'retry' || wait.dueAtMs === null || wait.dueAtMs > nowMs + MAX_HOLD_MS) continue;
      const { nodes } = await programOf(turn, run);
      const mayAsk = [...nodes.values()].some((node) => node.definition.lint.waitsForReply === true);
      if (mayAsk && (untilMs === null || wait.dueAtMs < untilMs)) untilMs = wait.dueAtMs;
    }
  }
  // At the moment itself the run goes on first: due waits are served before events.
  return untilMs;
}

function hold(turn: Turn, pending: PendingEvent, untilMs: number): void {
  const { held } = turn;
  held.untilMs = held.untilMs === null ? untilMs : Math.min(held.untilMs, untilMs);
  const reason = 'Kept for a run that is about to ask.';
  settle(turn, pending, { state: 'pending', reason, attempts: pending.attempts, retryAtMs: untilMs });
}

async function answer(
  turn: Turn,
  pending: PendingEvent,
  { run, position }: { run: LiveRun; position: string },
): Promise<void> {
  const program = await programOf(turn, run);
  const nodeRunId = run.waits.get(position)?.nodeRunId;
  const toRun = applyEvent(turn, program, run, {
    kind: 'replied',
    position,
    reply: pending.event.data,
    atMs: turn.deps.clock.nowMs(),
  });
  settle(turn, pending, { state: 'completed', runIds: [run.id] });
  await driveRun(turn, run, toRun, new Map(nodeRunId ? [[position, nodeRunId]] : []));
}

/** Starts of one person that may wait for their turn; later ones do not fire. */
const MAX_QUEUE = 50;

/** Starts the run of the best trigger that may fire. One event starts one run at most; every other trigger is noted with its reason. */
async function fire(turn: Turn, pending: PendingEvent): Promise<void> {
  const { candidates, skipped } = await chooseTriggers(turn, pending);
  let taken: Candidate | null = null;
  let started: { run: LiveRun; program: Program; candidate: Candidate } | null = null;
  for (const candidate of candidates) {
    const { flowId, flowName } = candidate.listener;
    const skip = (reason: string): void => void skipped.push({ flowId, flowName, node: candidate.node, reason });
    if (taken !== null) {
      skip(`"${taken.listener.flowName}" took the event.`);
      continue;
    }
    const decision = await decide(turn, pending, candidate);
    if (decision.kind === 'refuse') skip(decision.reason);
    else if (decision.kind === 'queue' && turn.queue.length >= MAX_QUEUE)
      skip(`${MAX_QUEUE} starts of this contact wait for their turn already.`);
    else if (decision.kind === 'queue') return queueUp(turn, pending, candidate, decision.reason);
    else {
      taken = candidate;
      started = await start(turn, pending, candidate, decision.cancel);
    }
  }
  if (started === null) {
    const reason =
      skipped.length === 0
        ? 'No live flow listens to this kind of event on this account.'
        : 'No trigger fired; each says why.';
    return settle(turn, pending, { state: 'ignored', reason, skipped });
  }
  const { run, program, candidate } = started;
  settle(turn, pending, { state: 'completed', skipped, runIds: [run.id] });
  const toRun = applyEvent(turn, program, run, {
    kind: 'started',
    node: candidate.node,
    output: candidate.output,
    atMs: run.startedAtMs,
  });
  await driveRun(turn, run, toRun);
}

/** Applies the rules of the flow. Events meant for one flow are not held back for the person's sake, but count against the flow's limit. */
async function decide(turn: Turn, pending: PendingEvent, { listener }: Candidate): Promise<StartDecision> {
  const { contact, claim, deps } = turn;
  const { flowId } = listener;
  const { settings = {} } = (await turn.programs.get(claim.workspaceId, flowId, listener.version)).document;
  const isForContact = contact !== null && pending.target === null;
  const hasCooldown = isForContact && (settings.cooldownMs ?? 0) > 0;
  return decideStart(settings, {
    activeRunIds: isForContact ? activeRuns(turn, flowId).map((run) => run.id) : [],
    lastStartedAtMs: hasCooldown ? await readLastStart(turn, flowId, contact.id) : null,
    nowMs: deps.clock.nowMs(),
    queuedForContact: isForContact ? turn.queue.filter((queued) => queued.flowId === flowId).length : 0,
    ...(settings.maxActiveRuns === undefined ? {} : await countActive(turn, flowId)),
  });
}

/** Runs of a flow for the person of this turn; those that a run started are parts of that one. */
function activeRuns(turn: Turn, flowId: string): LiveRun[] {
  return turn.runs.filter((run) => run.flowId === flowId && run.parent === null && run.endedAtMs === null);
}

/** The event stays in the mailbox until a run of the flow has ended. */
async function queueUp(turn: Turn, pending: PendingEvent, { listener }: Candidate, reason: string): Promise<void> {
  const { flowId, version } = listener;
  turn.queue.push({ event: pending, flowId });
  if (pending.isQueued) return;
  const { settings } = (await turn.programs.get(turn.claim.workspaceId, flowId, version)).document;
  const isBehindAnother = turn.queue.filter((queued) => queued.flowId === flowId).length > 1;
  const isForContact = settings?.contactPolicy === 'queue' && (isBehindAnother || activeRuns(turn, flowId).length > 0);
  const maxActive = isForContact ? null : (settings?.maxActiveRuns ?? null);
  turn.journal.pending.queued.set(pending.id, { flowId, maxActive });
  settle(turn, pending, { state: 'pending', reason, attempts: pending.attempts });
  // The checkpoint makes sure that there is no place: as of now, and not after a run that ends later in this turn.
  if (maxActive !== null) await turn.journal.flush();
}

async function start(
  turn: Turn,
  pending: PendingEvent,
  candidate: Candidate,
  cancel: readonly string[],
): Promise<{ run: LiveRun; program: Program; candidate: Candidate }> {
  const { listener } = candidate;
  const { contact, journal, deps } = turn;
  const program = await turn.programs.get(turn.claim.workspaceId, listener.flowId, listener.version);
  const nowMs = deps.clock.nowMs();
  await cancelRuns(turn, cancel, nowMs);
  // The place that they leave in a full flow must be free before the checkpoint that takes it.
  if (cancel.length > 0 && program.document.settings?.maxActiveRuns !== undefined) await journal.flush();
  const id = newId();
  const run: LiveRun = {
    id,
    flowId: listener.flowId,
    flowVersion: listener.version,
    contactId: contact?.id ?? null,
    eventId: pending.id,
    eventAtMs: pending.event.occurredAtMs,
    triggerNode: candidate.node,
    triggerType: program.nodes.get(candidate.node)?.definition.type ?? '',
    bindings: listener.bindings,
    startedAtMs: nowMs,
    subject: turn.claim.subject,
    parent: null,
    maxActive: program.document.settings?.maxActiveRuns ?? null,
    isLimited: program.document.settings?.maxActiveRuns !== undefined,
    isResumed: false,
    snapshot: startSnapshot(seedOf(id)),
    storedVersion: 0,
    endedAtMs: null,
    result: null,
    isReported: false,
    waits: new Map(),
  };
  turn.runs.push(run);
  journal.pending.runs.add(run);
  journal.count(run.flowId, '', 'started');
  journal.count(run.flowId, candidate.node, `port:${program.nodes.get(candidate.node)?.firstPort ?? 'out'}`);
  if (contact !== null && (program.document.settings?.cooldownMs ?? 0) > 0) {
    journal.pending.flowStarts.set(`${run.flowId}/${contact.id}`, {
      flowId: run.flowId,
      contactId: contact.id,
      atMs: nowMs,
    });
  }
  return { run, program, candidate };
}

async function cancelRuns(turn: Turn, ids: readonly string[], nowMs: number): Promise<void> {
  for (const run of Array.from(turn.runs)) {
    if (!ids.includes(run.id)) continue;
    applyEvent(turn, await programOf(turn, run), run, {
      kind: 'cancelled',
      reason: 'A new trigger of the same flow restarted it.',
      atMs: nowMs,
    });
  }
}
