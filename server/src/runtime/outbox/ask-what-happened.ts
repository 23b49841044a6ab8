import { FlowError, toErrorRecord, type PlatformAction, type SendReceipt } from '@heddle/schemas';
import type { Turn } from '../turn/turn.ts';
import type { LiveRun, OutboxRecord } from '../turn/turn-state.ts';
import type { SendRoute } from './send-route.ts';

/**
 * Before this time after `sending` was written, "not there" from the platform may only mean "not there yet": a request of a dead process
 * can still be on its way. More than the latest begin of a call (3 s, `CALL_DEADLINE_MS`) and its time limit (10 s) together.
 */
export const RECONCILE_AFTER_MS = 20_000;
/** What is left of it after such a call: so long a request that was broken off may still be on its way. */
const ON_THE_WAY_MS = 7_000;
/**
 * A platform whose lists lag behind is asked again until this long after the call began: then the outcome is unknown. Asked at 20, 28 and
 * 36 s, so that whoever waits for the answer has it within a minute after a worker died.
 */
const ASK_UNTIL_MS = 35_000;
const ASK_AGAIN_MS = 8_000;
/** Two conversations a second may be read for one account; a dead worker leaves more questions than that, so they are spread over this time. */
const BUSY_MS = { min: 2_000, max: 10_000 };
/** One that does not answer is asked again after a quarter of the time that the call has been open: soon at first, for it is rarely away for long. */
const AWAY_MS = { min: 5_000, max: 30_000 };
/** A platform that cannot be asked at all is waited for this long. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

/**
 * Settles a row whose call nobody saw the end of.
 *
 * @returns The receipt when it arrived; null when it certainly did not. @throws FlowError to ask again later, or `SEND_OUTCOME_UNKNOWN`.
 */
export async function askWhatHappened(
  turn: Turn,
  run: LiveRun,
  record: OutboxRecord,
  route: SendRoute,
): Promise<SendReceipt | null> {
  const nowMs = turn.deps.clock.nowMs();
  const sinceMs = record.sendingAtMs ?? record.createdAtMs;
  if (nowMs < sinceMs + RECONCILE_AFTER_MS) throw askLater(record, sinceMs + RECONCILE_AFTER_MS);
  // The action was stored by us from a checked one.
  const action = record.action as unknown as PlatformAction;
  try {
    const result = await route.reconcile(action, sinceMs);
    switch (result.outcome) {
      case 'sent':
        keep(turn, {
          ...record,
          state: 'sent',
          platformId: result.receipt.platformId,
          receipt: result.receipt,
          reason: 'Found at the platform after an interruption.',
          settledAtMs: nowMs,
        });
        turn.journal.count(run.flowId, record.node, 'sent');
        turn.journal.count(run.flowId, '', 'sent');
        return result.receipt;
      case 'notSent':
        return null;
      case 'unknown':
        if (nowMs - sinceMs < ASK_UNTIL_MS) throw askLater(record, nowMs + ASK_AGAIN_MS);
        throw markUnknown(turn, record, result.reason);
      default:
        return assertNever(result);
    }
  } catch (error) {
    // Ours, from above: unknown for good, or to be asked again.
    if (error instanceof FlowError && error.details?.['outboxId'] === record.id) throw error;
    if (nowMs - sinceMs < GIVE_UP_AFTER_MS) throw askLater(record, nowMs + retryMs(error, nowMs - sinceMs));
    throw markUnknown(turn, record, `The platform could not be asked: ${toErrorRecord(error).message}`);
  }
}

/** How long a platform that cannot be asked now is left alone. @param openMs Since the call began. */
function retryMs(error: unknown, openMs: number): number {
  if (!(error instanceof FlowError) || error.code !== 'PLATFORM_RATE_LIMITED')
    return Math.min(AWAY_MS.max, Math.max(AWAY_MS.min, openMs / 4));
  return BUSY_MS.min + Math.random() * (BUSY_MS.max - BUSY_MS.min);
}

function markUnknown(turn: Turn, record: OutboxRecord, reason: string): FlowError {
  const unknown: OutboxRecord = { ...record, state: 'unknown', reason };
  keep(turn, unknown);
  return unknownOutcome(unknown);
}

export function unknownOutcome(record: OutboxRecord): FlowError {
  return new FlowError(
    'SEND_OUTCOME_UNKNOWN',
    `Whether "${record.summary.slice(0, 80)}" arrived is not known. ${record.reason ?? ''}`.trim(),
    { details: { outboxId: record.id } },
  );
}

/** A call of our own broke off. Most often that is its time limit; a process that was frozen in it notices much later, and has little to wait for. */
export function askAfterFailure(record: OutboxRecord, nowMs: number): FlowError {
  const sinceMs = record.sendingAtMs ?? record.createdAtMs;
  return askLater(record, Math.max(sinceMs + RECONCILE_AFTER_MS, nowMs + ON_THE_WAY_MS));
}

/** Parks the node; when it runs again the row is still `sending` and the platform is asked. */
function askLater(record: OutboxRecord, atMs: number): FlowError {
  return new FlowError(
    'PLATFORM_RATE_LIMITED',
    `It is not known yet whether "${record.summary.slice(0, 80)}" arrived; Heddle asks the platform.`,
    { retryAtMs: atMs, details: { outboxId: record.id } },
  );
}

/** Notes a row for the next checkpoint. */
export function keep(turn: Turn, record: OutboxRecord): void {
  turn.outbox.set(`${record.runId}/${record.node}/${record.visit}/${record.key}`, record);
  turn.journal.pending.outbox.set(record.id, record);
}

function assertNever(result: never): never {
  throw new TypeError(`Unknown result ${JSON.stringify(result)}`);
}
