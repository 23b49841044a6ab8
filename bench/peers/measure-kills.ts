import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../product/random.ts';
import { sharedNowMs } from './ask.ts';
import { comeBack, type Clock } from './come-back.ts';
import type { Engine } from './engine.ts';
import type { Field } from './field.ts';
import { judgeLedger, type LedgerVerdict } from './judge-ledger.ts';
import { CONNECTIONS } from './measure-speed.ts';

const QUIET_MS = 20_000;

/** What the kills made of the events. */
export interface KillsVerdict extends LedgerVerdict {
  /** Sent, and never answered with 200. */
  readonly notAccepted: number;
  /** Webhooks sent for those that were accepted. */
  readonly attempts: number;
  /** It is not killed any more once it did not come back. */
  readonly kills: number;
  /** After so many of them it came back; see `comeBack`. */
  readonly cameBack: number;
}

/**
 * Kills a started engine with -9 when so many events were accepted, starts it again at once, and goes on. Meanwhile the sender
 * sends again what was not answered with 200. That it does not come back is a result: what it had accepted is judged as ever.
 *
 * @param killAt From `momentsToKill`; one that falls into a return is put off until the engine is back.
 * @param perSecond Pace of the sender while it is answered.
 */
export async function measureKills(
  field: Pick<Field, 'send' | 'interrupt' | 'collect'>,
  engine: Omit<Engine, 'prepare' | 'stop'>,
  options: { count: number; killAt: readonly number[]; perSecond: number },
  clock: Clock = { nowMs: sharedNowMs, pause: (ms) => pause(ms) },
): Promise<KillsVerdict> {
  const { count, killAt, perSecond } = options;
  let acceptedCount = 0;
  let lastSentAtMs = Number.NEGATIVE_INFINITY;
  let kills = 0;
  let cameBack = 0;

  const killOnce = async (): Promise<void> => {
    if (cameBack < kills) return;
    kills += 1;
    await engine.kill();
    if (await comeBack(engine, (sinceMs) => lastSentAtMs > sinceMs || acceptedCount === count, clock)) cameBack += 1;
    else field.interrupt();
  };
  let dying: Promise<unknown> = Promise.resolve();
  const load = { count, connections: CONNECTIONS, perSecond, tellEach: true };
  const accepted = await field.send(engine, load, (sentAtMs) => {
    acceptedCount += 1;
    lastSentAtMs = Math.max(lastSentAtMs, sentAtMs);
    if (!killAt.includes(acceptedCount)) return;
    dying = dying.then(killOnce);
    // Seen below; until then nobody waits for it.
    dying.catch(() => undefined);
  });
  await dying;
  const isGone = cameBack < kills;
  // One that is gone answers no questions.
  const asked = isGone ? { isIdle: async () => undefined } : engine;
  const effects = await field.collect(asked, Number.POSITIVE_INFINITY, QUIET_MS);
  const verdict = judgeLedger(
    accepted.map((event) => event.eventId),
    effects.map((effect) => effect.eventId),
    isGone ? new Set() : await engine.held(),
  );
  const attempts = accepted.reduce((sum, event) => sum + event.attempts, 0);
  return { ...verdict, notAccepted: count - accepted.length, attempts, kills, cameBack };
}

/** @returns `kills` different numbers of accepted events, above 0 and below `count`, ascending. */
export function momentsToKill(count: number, kills: number, random: Random): number[] {
  const all = Array.from({ length: count - 1 }, (_, index) => index + 1);
  return random
    .shuffle(all)
    .slice(0, kills)
    .toSorted((a, b) => a - b);
}
