import { startSnapshot, type Program } from '@heddle/engine';
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { newId } from '../../database/index.ts';
import { applyEvent } from '../drive/apply-event.ts';
import { driveRun } from '../drive/drive-run.ts';
import { settleByEcho } from '../outbox/settle-by-echo.ts';
import { chooseTriggers, type Candidate } from './choose-trigger.ts';
import { readOptOut } from './opt-out.ts';
import { programOf, type Turn } from './turn.ts';
import type { EventResult, LiveRun, PendingEvent } from './turn-state.ts';

/** Events that open Meta's 24-hour window, and that answer a question: the person wrote or tapped something in the conversation. */
const CONVERSATION_KINDS = /\/(?:message|postback)$/;

/** A run that is put off for longer than this is not waited for. */
const MAX_HOLD_MS = 10 * 60_000;

/** Takes one event of the mailbox: answers a waiting run, or starts one, or says why nothing happened. The event is settled in the journal. */
export async function takeEvent(turn: Turn, pending: PendingEvent): Promise<void> {
  const { event } = pending;
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
    const waiting = findReplyWait(turn);
    if (waiting !== null) return answer(turn, pending, waiting);
    const untilMs = await findHold(turn);
    if (untilMs !== null) return hold(turn, pending, untilMs);
  }
  await fire(turn, pending);
}

function settle(turn: Turn, pending: PendingEvent, result: Partial<EventResult> & Pick<EventResult, 'state'>): void {
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

/** Starts the run of the best trigger that may fire. One event starts one run at most; every other trigger is noted with its reason. */
async function fire(turn: Turn, pending: PendingEvent): Promise<void> {
  const { candidates, skipped } = await chooseTriggers(turn, pending);
  let started: { run: LiveRun; program: Program; candidate: Candidate } | null = null;
  for (const candidate of candidates) {
    const { flowId, flowName } = candidate.listener;
    const refusal =
      started === null
        ? await whyNot(turn, pending, candidate)
        : `"${started.candidate.listener.flowName}" took the event.`;
    if (refusal !== null) skipped.push({ flowId, flowName, node: candidate.node, reason: refusal });
    else started = await start(turn, pending, candidate);
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

/** Rules of the flow that keep a trigger from firing for a person; null when it may. Events meant for one flow are not held back. */
async function whyNot(turn: Turn, pending: PendingEvent, { listener }: Candidate): Promise<string | null> {
  const { contact, claim, deps } = turn;
  if (contact === null || pending.target !== null) return null;
  const { workspaceId } = claim;
  const { flowId } = listener;
  const { settings } = (await turn.programs.get(workspaceId, flowId, listener.version)).document;
  if (settings?.contactPolicy === 'ignore' && turn.runs.some((run) => run.flowId === flowId && run.endedAtMs === null))
    return 'A run of this flow is active for this contact.';
  const cooldownMs = settings?.cooldownMs ?? 0;
  if (cooldownMs === 0) return null;
  const justNow = turn.journal.pending.flowStarts.get(`${flowId}/${contact.id}`)?.atMs;
  const lastMs = justNow ?? (await readLastStart(turn, flowId, contact.id));
  const untilMs = lastMs === null ? 0 : lastMs + cooldownMs;
  return untilMs > deps.clock.nowMs()
    ? `The flow ran for this contact already; it may run again at ${new Date(untilMs).toISOString()}.`
    : null;
}

async function readLastStart(turn: Turn, flowId: string, contactId: string): Promise<number | null> {
  const { workspaceId } = turn.claim;
  const { rows } = await turn.deps.database.withWorkspace(workspaceId, (tx) =>
    sql<{ started_at: Date }>`
      select started_at from heddle.flow_start where workspace_id = ${workspaceId} and flow_id = ${flowId} and contact_id = ${contactId}`.execute(
      tx,
    ),
  );
  return rows[0]?.started_at.getTime() ?? null;
}

async function start(
  turn: Turn,
  pending: PendingEvent,
  candidate: Candidate,
): Promise<{ run: LiveRun; program: Program; candidate: Candidate }> {
  const { listener } = candidate;
  const { contact, journal, deps } = turn;
  const program = await turn.programs.get(turn.claim.workspaceId, listener.flowId, listener.version);
  const nowMs = deps.clock.nowMs();
  if (program.document.settings?.contactPolicy === 'restart') await cancelActive(turn, listener.flowId, nowMs);
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
    isResumed: false,
    snapshot: startSnapshot(seedOf(id)),
    storedVersion: 0,
    endedAtMs: null,
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

async function cancelActive(turn: Turn, flowId: string, nowMs: number): Promise<void> {
  for (const run of turn.runs) {
    if (run.flowId !== flowId || run.endedAtMs !== null) continue;
    applyEvent(turn, await programOf(turn, run), run, {
      kind: 'cancelled',
      reason: 'A new trigger of the same flow restarted it.',
      atMs: nowMs,
    });
  }
}

/** 31 bits out of the run's id: the same run draws the same numbers wherever it is driven. */
function seedOf(runId: string): number {
  return createHash('sha256').update(runId).digest().readUInt32BE(0) >>> 1;
}
