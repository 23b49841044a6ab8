import type { RunNodeEffect, SendRequest } from '@heddle/engine';
import { FlowError, toErrorRecord, type SendReceipt } from '@heddle/schemas';
import { summarise, targetOf } from '../../../server/src/runtime/outbox/describe-action.ts';
import { planSend } from '../../../server/src/runtime/planner/plan-send.ts';
import { closeLimits, noteOutcome } from '../model/budget.ts';
import { sendName, type ContactRow, type OutboxRow } from '../model/tables.ts';
import { CONNECTION } from '../world/people.ts';
import { askWhatHappened, askLater, unknownOutcome } from './ask-platform.ts';
import { ON_THE_WAY_MS, platformLatency, RECONCILE_AFTER_MS } from './protocol.ts';
import type { LiveRun } from './live-run.ts';
import { ConstraintError, DatabaseError } from './failures.ts';
import type { Turn } from './turn.ts';

/** A call begins at most this long after the row said "sending"; later than that another worker may already be asking whether it arrived. */
const CALL_WITHIN_MS = 3_000;

/**
 * Carries out one action at most once, as the server's `sendOnce`: `sending` is committed before the call, a row found in `sending` is
 * asked about and never simply sent again.
 *
 * @throws FlowError; TurnLost | DatabaseError.
 */
export async function sendOnce(
  turn: Turn,
  run: LiveRun,
  effect: RunNodeEffect,
  request: SendRequest,
): Promise<SendReceipt> {
  const known = await findRow(turn, run, effect, request.key);
  if (known?.state === 'sent') return known.receipt ?? { platformId: known.platformId };
  if (known?.state === 'unknown') throw unknownOutcome(known);
  if (known?.state === 'sending' && !turn.world.bugs.has('resendUnknown')) {
    const receipt = await askWhatHappened(turn, known);
    if (receipt !== null) return receipt;
  }
  const row = known ?? newRow(turn, run, effect, request);
  checkRules(turn, run, row);
  if (turn.world.bugs.has('callBeforeRow')) return callFirst(turn, row);
  return perform(turn, row);
}

async function findRow(turn: Turn, run: LiveRun, effect: RunNodeEffect, key: string): Promise<OutboxRow | undefined> {
  const name = sendName({ runId: run.id, node: effect.node, visit: effect.visit, key });
  const known = turn.outbox.get(name);
  if (known !== undefined || run.storedVersion === 0) return known;
  const row = await turn.world.database(turn.process, `look for ${name}`, () => turn.world.store.outbox.get(name));
  if (row !== undefined) turn.outbox.set(name, row);
  return row;
}

function newRow(turn: Turn, run: LiveRun, effect: RunNodeEffect, { key, connection, action }: SendRequest): OutboxRow {
  return {
    id: turn.world.store.newId('o'),
    runId: run.id,
    node: effect.node,
    visit: effect.visit,
    key,
    subject: turn.claim.subject,
    connectionId: connection === undefined ? null : CONNECTION,
    state: 'planned',
    action,
    target: targetOf(action),
    summary: summarise(action),
    platformId: null,
    receipt: null,
    reason: null,
    error: null,
    attempts: 0,
    sendingAtMs: null,
  };
}

function checkRules(turn: Turn, run: LiveRun, row: OutboxRow): void {
  const plan = planSend({
    platform: 'instagram',
    action: row.action,
    nowMs: turn.nowMs(),
    contact: factsOf(turn),
    commentAtMs: run.eventAtMs,
    isCommentAnsweredPrivately: false,
  });
  if (plan.decision === 'refuse') throw refuse(turn, row, new FlowError(plan.code, plan.reason));
}

function factsOf({ contact }: Turn): Pick<ContactRow, 'isOptedOut' | 'lastInboundAtMs'> | null {
  return contact === null ? null : { isOptedOut: contact.isOptedOut, lastInboundAtMs: contact.lastInboundAtMs };
}

function refuse(turn: Turn, row: OutboxRow, error: FlowError): FlowError {
  keep(turn, { ...row, state: 'refused', reason: error.message, error: toErrorRecord(error) });
  return error;
}

async function perform(turn: Turn, planned: OutboxRow): Promise<SendReceipt> {
  // By time that passed, not by a clock: somebody may set it back while we are frozen.
  const beganMs = turn.world.scheduler.nowMs();
  const row: OutboxRow = {
    ...planned,
    state: 'sending',
    attempts: planned.attempts + 1,
    sendingAtMs: turn.nowMs(),
    reason: null,
    error: null,
  };
  keep(turn, row);
  const isLimited = row.connectionId !== null;
  try {
    const outcome = await turn.journal.flush(isLimited ? { budgetAtMs: turn.nowMs() } : {});
    if (outcome.kind === 'overBudget') {
      keep(turn, { ...planned, state: 'planned', reason: `The limit "${outcome.bucket}" is used up.` });
      throw new FlowError('PLATFORM_RATE_LIMITED', 'Later.', {
        retryAtMs: outcome.atMs,
        details: { sent: false, isPutOff: true },
      });
    }
  } catch (error) {
    if (!(error instanceof ConstraintError) || error.constraint !== 'outbox_one_private_reply') throw error;
    throw refuse(turn, planned, new FlowError('SEND_REFUSED', 'The comment already has its private reply.'));
  }
  const lateMs = turn.world.scheduler.nowMs() - beganMs;
  if (lateMs > CALL_WITHIN_MS && !turn.world.bugs.has('noCallDeadline')) {
    turn.world.judge.outcomeUnclear(sendName(row));
    keep(turn, { ...row, state: 'planned', sendingAtMs: null });
    throw new FlowError('PLATFORM_RATE_LIMITED', 'The call would have begun too late.', {
      retryAtMs: turn.nowMs() + 1_000,
      details: { sent: false },
    });
  }
  return callPlatform(turn, row);
}

async function callPlatform(turn: Turn, row: OutboxRow): Promise<SendReceipt> {
  const { world, process } = turn;
  const name = sendName(row);
  const startedAtMs = turn.nowMs();
  let receipt: SendReceipt;
  try {
    receipt = await world.scheduler.call(
      process,
      `send ${name}`,
      () => world.platform.perform(name, row.action, turn.nowMs()),
      platformLatency(world.random),
    );
  } catch (error) {
    await noteCall(turn, row, startedAtMs, isWellOf(error));
    throw await recordFailure(turn, row, error);
  }
  await noteCall(turn, row, startedAtMs, true);
  keep(turn, { ...row, state: 'sent', platformId: receipt.platformId, receipt });
  return receipt;
}

/** The planted bug `callBeforeRow`: the row is stored when the call is over. */
async function callFirst(turn: Turn, row: OutboxRow): Promise<SendReceipt> {
  const receipt = await callPlatform(turn, { ...row, attempts: row.attempts + 1, sendingAtMs: turn.nowMs() });
  await turn.journal.flush();
  return receipt;
}

/** Tells the breaker. Its bookkeeping must not make a send that arrived look like one that failed. */
async function noteCall(turn: Turn, row: OutboxRow, startedAtMs: number, isOk: boolean | null): Promise<void> {
  const { world, process } = turn;
  if (!world.hasBreaker || row.connectionId === null || isOk === null || (isOk && world.store.breaker === null)) return;
  try {
    await world.database(process, 'note the outcome', () => noteOutcome(world, startedAtMs, turn.nowMs(), isOk));
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
  }
}

/** Whether a failed call speaks for the platform; null: it says nothing, like a limit. */
function isWellOf(error: unknown): boolean | null {
  if (!(error instanceof FlowError) || error.code === 'PLATFORM_UNAVAILABLE') return false;
  return error.code === 'PLATFORM_RATE_LIMITED' ? null : true;
}

async function recordFailure(turn: Turn, row: OutboxRow, thrown: unknown): Promise<FlowError> {
  const isCertain = thrown instanceof FlowError && thrown.details?.['sent'] !== true;
  if (!isCertain) {
    turn.world.judge.outcomeUnclear(sendName(row));
    const sinceMs = row.sendingAtMs ?? turn.nowMs();
    return askLater(row, Math.max(sinceMs + RECONCILE_AFTER_MS, turn.nowMs() + ON_THE_WAY_MS));
  }
  const error = toErrorRecord(thrown);
  keep(turn, {
    ...row,
    state: error.retry === 'after' ? 'planned' : 'failed',
    reason: error.message,
    error,
    sendingAtMs: null,
  });
  const { world, process } = turn;
  const { retryAtMs, code } = error;
  if (
    row.connectionId !== null &&
    code === 'PLATFORM_RATE_LIMITED' &&
    retryAtMs !== undefined &&
    world.limits.length > 0
  )
    await world.database(process, 'close the limits', () => closeLimits(world, turn.nowMs(), retryAtMs));
  return thrown;
}

function keep(turn: Turn, row: OutboxRow): void {
  const name = sendName(row);
  turn.world.trace.note(
    () => `${turn.process.name} outbox ${name} -> ${row.state}${row.reason === null ? '' : ` (${row.reason})`}`,
  );
  turn.outbox.set(name, row);
  turn.journal.pending.outbox.set(name, row);
}
