import type { RunNodeEffect, SendRequest } from '@heddle/engine';
import { FlowError, toErrorRecord, type PlatformAction, type SendReceipt } from '@heddle/schemas';
import { newId } from '../../database/index.ts';
import { inSpan } from '../../telemetry/index.ts';
import { boundConnection } from '../drive/bound-connection.ts';
import { closeBudget } from '../gateway/budget.ts';
import { planSend } from '../planner/plan-send.ts';
import { readSendFacts } from '../planner/read-send-facts.ts';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun, OutboxRecord } from '../turn/turn-state.ts';
import { askAfterFailure, askWhatHappened, keep, unknownOutcome } from './ask-what-happened.ts';
import { summarise, targetOf } from './describe-action.ts';
import { findOutboxRecord } from './find-outbox-record.ts';
import { openRoute, type SendRoute } from './send-route.ts';

/**
 * Carries out one action at most once, whatever dies in between.
 *
 * The row says `sending` in a committed transaction before the call; afterwards `sent`, or `failed` when the platform certainly did
 * nothing. A row that is found in `sending` belongs to a call whose end nobody saw: the platform is asked (read only), and where it cannot
 * tell, the row becomes `unknown` for a person to settle. Nothing is ever sent out of `unknown`.
 *
 * @throws FlowError `SEND_*` | `PLATFORM_*` | `CONNECTION_NOT_READY` | `HTTP_*`; TurnLostError.
 */
export async function sendOnce(
  turn: Turn,
  run: LiveRun,
  effect: RunNodeEffect,
  request: SendRequest,
): Promise<SendReceipt> {
  const known = await findOutboxRecord(turn, run, effect, request.key);
  if (known?.state === 'sent') return known.receipt ?? { platformId: known.platformId };
  if (known?.state === 'unknown') throw unknownOutcome(known);
  const connectionId = request.connection === undefined ? null : boundConnection(run, request.connection);
  const route = await openRoute(turn, connectionId);
  if (known?.state === 'sending') {
    const receipt = await askWhatHappened(turn, run, known, route);
    if (receipt !== null) return receipt;
  }
  const record = known ?? newRecord(turn, run, effect, request, connectionId);
  await checkRules(turn, run, record, request.action, route);
  return perform(turn, run, record, request.action, route);
}

function newRecord(
  turn: Turn,
  run: LiveRun,
  effect: RunNodeEffect,
  request: SendRequest,
  connectionId: string | null,
): OutboxRecord {
  return {
    id: newId(),
    runId: run.id,
    flowId: run.flowId,
    node: effect.node,
    visit: effect.visit,
    key: request.key,
    connectionId,
    contactId: run.contactId,
    state: 'planned',
    kind: request.action.kind,
    target: targetOf(request.action),
    // An action is plain JSON by its schema.
    action: request.action,
    summary: summarise(request.action),
    platformId: null,
    receipt: null,
    reason: null,
    error: null,
    attempts: 0,
    createdAtMs: turn.deps.clock.nowMs(),
    sendingAtMs: null,
    settledAtMs: null,
    isStored: false,
  };
}

/** @throws FlowError when the platform's limits or the messaging rules forbid it now; the row then says `refused` or `planned`, and why. */
async function checkRules(
  turn: Turn,
  run: LiveRun,
  record: OutboxRecord,
  action: PlatformAction,
  route: SendRoute,
): Promise<void> {
  const issues = route.validate(action);
  if (issues.length > 0) {
    const reason = issues.map((issue) => issue.message).join(' ');
    throw refuse(turn, record, new FlowError('SEND_INVALID', reason));
  }
  const plan = planSend(await readSendFacts(turn, run, record.id, route.platform, action));
  if (plan.decision === 'refuse') throw refuse(turn, record, new FlowError(plan.code, plan.reason));
  if (plan.decision === 'send') return;
  keep(turn, { ...record, state: 'planned', reason: plan.reason });
  const details = { sent: false, isPutOff: true };
  throw new FlowError(plan.code, plan.reason, { retryAtMs: plan.atMs, details });
}

function refuse(turn: Turn, record: OutboxRecord, error: FlowError): FlowError {
  keep(turn, {
    ...record,
    state: 'refused',
    reason: error.message,
    error: toErrorRecord(error),
    settledAtMs: turn.deps.clock.nowMs(),
  });
  return error;
}

/**
 * A call begins within this time after `sending` was written, or not at all: a worker that was frozen in between may wake when another one
 * has asked the platform, heard "not there" and sent the message.
 */
const CALL_DEADLINE_MS = 3_000;

/** Takes the intent back. If the row is another worker's by now, that write finds nothing to change. */
function callTooLate(turn: Turn, record: OutboxRecord): FlowError {
  const nowMs = turn.deps.clock.nowMs();
  const reason = 'The server was held up before the call, so it was put off.';
  keep(turn, { ...record, state: 'planned', reason, sendingAtMs: null });
  return new FlowError('PLATFORM_RATE_LIMITED', reason, { retryAtMs: nowMs, details: { sent: false, isPutOff: true } });
}

async function perform(
  turn: Turn,
  run: LiveRun,
  planned: OutboxRecord,
  action: PlatformAction,
  route: SendRoute,
): Promise<SendReceipt> {
  // Before the announcement: a worker that dies between the two leaves an open question behind, so little may lie between them.
  await route.prepare();
  // Monotonic: a process that was frozen, or whose clock was set, must notice.
  const begunAt = performance.now();
  const record = await begin(turn, planned, action, route);
  if (performance.now() - begunAt > CALL_DEADLINE_MS) throw callTooLate(turn, record);
  const startedAtMs = turn.deps.clock.nowMs();
  let receipt: SendReceipt;
  try {
    receipt = await inSpan('heddle.send', { 'heddle.outbox_id': record.id, 'heddle.action': action.kind }, () =>
      route.perform(action),
    );
    await noteCall(turn, record, startedAtMs, true);
  } catch (error) {
    await noteCall(turn, record, startedAtMs, isWellOf(error));
    throw await recordFailure(turn, record, error, action, route);
  }
  keep(turn, {
    ...record,
    state: 'sent',
    platformId: receipt.platformId,
    receipt,
    reason: null,
    error: null,
    settledAtMs: turn.deps.clock.nowMs(),
  });
  turn.journal.count(run.flowId, record.node, 'sent');
  turn.journal.count(run.flowId, '', 'sent');
  return receipt;
}

/** Commits `sending` together with everything that led here, and takes the call out of the platform's limits. */
async function begin(
  turn: Turn,
  planned: OutboxRecord,
  action: PlatformAction,
  route: SendRoute,
): Promise<OutboxRecord> {
  const nowMs = turn.deps.clock.nowMs();
  const record: OutboxRecord = {
    ...planned,
    state: 'sending',
    attempts: planned.attempts + 1,
    sendingAtMs: nowMs,
    settledAtMs: null,
    reason: null,
    error: null,
  };
  keep(turn, record);
  const budget =
    record.connectionId === null ? [] : [{ connectionId: record.connectionId, limits: route.limits(action) }];
  try {
    const outcome = await turn.journal.flush({ budget });
    if (outcome.kind === 'written') return { ...record, isStored: true };
    const until = new Date(outcome.atMs).toISOString();
    const reason =
      outcome.bucket === 'breaker'
        ? `Sending from this account is paused because the platform keeps failing; Heddle tries again at ${until}.`
        : `The platform's limit "${outcome.bucket}" is used up until ${until}.`;
    keep(turn, { ...planned, state: 'planned', reason });
    throw new FlowError('PLATFORM_RATE_LIMITED', reason, {
      retryAtMs: outcome.atMs,
      details: { sent: false, isPutOff: true },
    });
  } catch (error) {
    if (!isSecondPrivateReply(error)) throw error;
    const plan = planSend({
      platform: route.platform,
      action,
      nowMs,
      contact: null,
      commentAtMs: null,
      isCommentAnsweredPrivately: true,
    });
    throw refuse(
      turn,
      planned,
      new FlowError(
        'SEND_REFUSED',
        plan.decision === 'refuse' ? plan.reason : 'The comment already has its private reply.',
      ),
    );
  }
}

/** What the row says after a call that threw, and what the node gets to see. */
async function recordFailure(
  turn: Turn,
  record: OutboxRecord,
  thrown: unknown,
  action: PlatformAction,
  route: SendRoute,
): Promise<FlowError> {
  const error = toErrorRecord(thrown);
  const nowMs = turn.deps.clock.nowMs();
  if (!isCertain(thrown)) {
    turn.log.warn({ error: thrown, outboxId: record.id }, 'The outcome of a send is not known yet');
    return askAfterFailure(record, nowMs);
  }
  keep(turn, {
    ...record,
    state: error.retry === 'after' ? 'planned' : 'failed',
    reason: error.message,
    error,
    sendingAtMs: null,
    settledAtMs: nowMs,
  });
  const { workspaceId } = turn.claim;
  if (record.connectionId !== null && error.code === 'PLATFORM_TOKEN_INVALID') {
    await turn.deps.connections.markTokenInvalid(workspaceId, record.connectionId, error.message);
  }
  const isLimit = error.code === 'PLATFORM_RATE_LIMITED' && error.details?.['isPutOff'] !== true;
  if (record.connectionId !== null && isLimit && error.retryAtMs !== undefined) {
    const { database } = turn.deps;
    await closeBudget(database, workspaceId, record.connectionId, route.limits(action), nowMs, error.retryAtMs);
  }
  return thrown instanceof FlowError ? thrown : new FlowError('PLATFORM_UNAVAILABLE', error.message, { cause: thrown });
}

/** Tells the breaker. Its bookkeeping must not make a send that arrived look like one that failed. */
async function noteCall(
  turn: Turn,
  { connectionId }: OutboxRecord,
  startedAtMs: number,
  isOk: boolean | null,
): Promise<void> {
  if (connectionId === null || isOk === null) return;
  const { breakers, clock } = turn.deps;
  try {
    await breakers.note(turn.claim.workspaceId, connectionId, { startedAtMs, endedAtMs: clock.nowMs(), isOk });
  } catch (error) {
    turn.log.warn({ error, connectionId }, 'The outcome of a call could not be counted');
  }
}

/** Whether a failed call speaks for the platform (it answered, if only with a refusal); null: it says nothing, like a limit. */
function isWellOf(error: unknown): boolean | null {
  if (!(error instanceof FlowError)) return false;
  switch (error.code) {
    case 'PLATFORM_UNAVAILABLE':
    case 'PLATFORM_ANSWER_INVALID':
      return false;
    case 'PLATFORM_RATE_LIMITED':
    case 'CONNECTION_NOT_READY':
      return null;
    default:
      return true;
  }
}

/** True when the call certainly had no effect: the platform answered with a refusal, or it was never reached. */
function isCertain(error: unknown): boolean {
  return error instanceof FlowError && error.details?.['sent'] !== true && error.code !== 'PLATFORM_ANSWER_INVALID';
}

function isSecondPrivateReply(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'outbox_one_private_reply';
}
