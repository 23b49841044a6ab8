import type { InboundEvent } from '@heddle/schemas';
import { sendName, type OutboxRow } from '../model/tables.ts';
import { ASK_AGAIN_MS, platformLatency, STALE_MS } from './protocol.ts';
import type { Taker } from './taker.ts';
import type { Turn } from './turn.ts';

const ECHO_WINDOW_MS = 10 * 60_000;

/** The platform echoes what it sent: settles a row of this person whose outcome is unknown. As the server's `settleByEcho`. */
export function settleByEcho({ world, process, claim }: Turn, event: InboundEvent): Promise<string> {
  const { store } = world;
  const { messageId, text } = event.data;
  return world.database(process, 'settle by echo', () => {
    const rows = [...store.outbox.values()].filter((row) => row.subject === claim.subject);
    if (rows.some((row) => row.platformId === messageId)) return 'The echo of a message of ours.';
    const match = rows.find(
      ({ state, summary, sendingAtMs }) =>
        state === 'unknown' &&
        summary === text &&
        sendingAtMs !== null &&
        sendingAtMs >= event.occurredAtMs - ECHO_WINDOW_MS &&
        sendingAtMs <= event.occurredAtMs + 60_000,
    );
    if (match === undefined || typeof messageId !== 'string') return 'A message that was sent outside of Heddle.';
    settleRow(store.outbox, {
      ...match,
      state: 'sent',
      platformId: messageId,
      receipt: { platformId: messageId },
      reason: 'The platform echoed it.',
    });
    return 'It showed that a message with unknown outcome arrived.';
  });
}

/**
 * A turn that is given up forgets what it did, but not what left the house: what is known of calls that it saw the end of is written. If the
 * database does not take that either, their outcomes are as unclear as after a crash.
 *
 * @throws DatabaseError
 */
export async function salvageSends({ world, process, journal }: Turn): Promise<void> {
  const settled = [...journal.pending.outbox.values()].flatMap(whatIsCertain);
  if (settled.length === 0) return;
  const write = (): void => {
    for (const row of settled) {
      const stored = world.store.outbox.get(sendName(row));
      if (stored?.id === row.id && stored.state === 'sending' && stored.attempts === row.attempts)
        settleRow(world.store.outbox, row);
    }
  };
  try {
    await world.database(process, 'salvage sends', write);
  } catch (error) {
    world.judge.processStruck(process);
    throw error;
  }
}

/** An announcement that could not be written has left no call behind; it was a new one because the call before it certainly had no effect. */
function whatIsCertain(row: OutboxRow): OutboxRow[] {
  if (row.state === 'sent' || row.state === 'failed' || row.state === 'planned') return [row];
  return row.state === 'sending' ? [{ ...row, state: 'planned', attempts: row.attempts - 1, sendingAtMs: null }] : [];
}

/** Rows that still say `sending` while their run has ended. */
export function findStaleSends({ store }: Taker['world']): OutboxRow[] {
  return [...store.outbox.values()].filter(({ state, runId }) => {
    const status = store.runs.get(runId)?.status;
    return state === 'sending' && status !== 'running' && status !== 'waiting';
  });
}

/** Asks the platform about calls whose run has ended meanwhile; nothing is sent. As the server's `settleStaleSends`. */
export async function settleStaleSends({ world, process, nowMs }: Taker): Promise<void> {
  const atMs = nowMs();
  const stale = await world.database(process, 'find stale sends', () =>
    findStaleSends(world).filter(({ sendingAtMs }) => (sendingAtMs ?? 0) < atMs - STALE_MS),
  );
  for (const row of stale) {
    const name = sendName(row);
    const result = await world.scheduler.call(
      process,
      `ask about ${name}`,
      () => world.platform.reconcile(name, row.action),
      platformLatency(world.random),
    );
    const state = result.outcome === 'sent' ? 'sent' : result.outcome === 'notSent' ? 'failed' : 'unknown';
    const receipt = result.outcome === 'sent' ? result.receipt : null;
    await world.database(process, `settle ${name}`, () => {
      const stored = world.store.outbox.get(name);
      if (stored?.state === 'sending')
        settleRow(world.store.outbox, {
          ...stored,
          state,
          receipt,
          platformId: receipt?.platformId ?? null,
          reason: 'The platform was asked after an interruption.',
        });
    });
  }
}

/** How often a process looks for stale sends. */
export const SWEEP_MS = ASK_AGAIN_MS;

function settleRow(outbox: Map<string, OutboxRow>, row: OutboxRow): void {
  outbox.set(sendName(row), row);
}
