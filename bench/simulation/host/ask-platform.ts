import { FlowError, type SendReceipt } from '@heddle/schemas';
import { sendName, type OutboxRow } from '../model/tables.ts';
import { ASK_AGAIN_MS, ASK_UNTIL_MS, GIVE_UP_AFTER_MS, platformLatency, RECONCILE_AFTER_MS } from './protocol.ts';
import type { Turn } from './turn.ts';

/**
 * Settles a row whose call nobody saw the end of, as the server's `askWhatHappened`.
 *
 * @returns The receipt when it arrived; null when it certainly did not. @throws FlowError to ask again later, or `SEND_OUTCOME_UNKNOWN`.
 */
export async function askWhatHappened(turn: Turn, row: OutboxRow): Promise<SendReceipt | null> {
  const { world, process } = turn;
  const nowMs = turn.nowMs();
  const sinceMs = row.sendingAtMs ?? nowMs;
  if (nowMs < sinceMs + RECONCILE_AFTER_MS) throw askLater(row, sinceMs + RECONCILE_AFTER_MS);
  const name = sendName(row);
  let result;
  try {
    result = await world.scheduler.call(
      process,
      `ask about ${name}`,
      () => ask(turn, name, row),
      platformLatency(world.random),
    );
  } catch {
    if (nowMs - sinceMs < GIVE_UP_AFTER_MS) throw askLater(row, nowMs + 30_000);
    throw markUnknown(turn, row, 'The platform could not be asked.');
  }
  if (result.outcome === 'notSent') return null;
  if (result.outcome === 'sent') {
    const { receipt } = result;
    keepSettled(turn, {
      ...row,
      state: 'sent',
      platformId: receipt.platformId,
      receipt,
      reason: 'Found at the platform after an interruption.',
    });
    return receipt;
  }
  if (nowMs - sinceMs < ASK_UNTIL_MS) throw askLater(row, nowMs + ASK_AGAIN_MS);
  throw markUnknown(turn, row, result.reason);
}

function ask({ world }: Turn, name: string, row: OutboxRow) {
  if (world.random.chance(world.platform.mood.refusedForNow)) throw new FlowError('PLATFORM_UNAVAILABLE', 'Busy.');
  return world.platform.reconcile(name, row.action);
}

function markUnknown(turn: Turn, row: OutboxRow, reason: string): FlowError {
  const unknown: OutboxRow = { ...row, state: 'unknown', reason };
  keepSettled(turn, unknown);
  return unknownOutcome(unknown);
}

function keepSettled(turn: Turn, row: OutboxRow): void {
  turn.world.trace.note(() => `${turn.process.name} outbox ${sendName(row)} -> ${row.state} (${row.reason ?? ''})`);
  turn.outbox.set(sendName(row), row);
  turn.journal.pending.outbox.set(sendName(row), row);
}

export function unknownOutcome(row: OutboxRow): FlowError {
  return new FlowError('SEND_OUTCOME_UNKNOWN', `Whether "${row.summary}" arrived is not known. ${row.reason ?? ''}`, {
    details: { outboxId: row.id },
  });
}

/** Parks the node; when it runs again the row is still `sending` and the platform is asked. */
export function askLater(row: OutboxRow, atMs: number): FlowError {
  return new FlowError('PLATFORM_RATE_LIMITED', `It is not known yet whether "${row.summary}" arrived.`, {
    retryAtMs: atMs,
    details: { outboxId: row.id },
  });
}
