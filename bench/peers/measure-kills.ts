import type { Random } from '../product/random.ts';
import type { Engine } from './engine.ts';
import type { Field } from './field.ts';
import { judgeLedger, type LedgerVerdict } from './judge-ledger.ts';
import { CONNECTIONS } from './measure-speed.ts';

const QUIET_MS = 20_000;

/**
 * Kills a started engine with -9 when so many events were accepted, starts it again at once, and goes on. Meanwhile the sender
 * sends again what was not answered with 200.
 *
 * @param killAt From `momentsToKill`. @param perSecond Pace of the sender while it is answered.
 */
export async function measureKills(
  field: Field,
  engine: Engine,
  options: { count: number; killAt: readonly number[]; perSecond: number },
): Promise<LedgerVerdict & { attempts: number }> {
  let dying: Promise<unknown> = Promise.resolve();
  const { count, killAt, perSecond } = options;
  const accepted = await field.send(engine, { count, connections: CONNECTIONS, perSecond, tellAt: killAt }, () => {
    dying = dying.then(() => engine.kill()).then(() => engine.start());
    // Seen below; until then nobody waits for it.
    dying.catch(() => undefined);
  });
  await dying;
  const effects = await field.collect(engine, Number.POSITIVE_INFINITY, QUIET_MS);
  const verdict = judgeLedger(
    accepted.map((event) => event.eventId),
    effects.map((effect) => effect.eventId),
    await engine.held(),
  );
  return { ...verdict, attempts: accepted.reduce((sum, event) => sum + event.attempts, 0) };
}

/** @returns `kills` different numbers of accepted events, above 0 and below `count`, ascending. */
export function momentsToKill(count: number, kills: number, random: Random): number[] {
  const all = Array.from({ length: count - 1 }, (_, index) => index + 1);
  return random
    .shuffle(all)
    .slice(0, kills)
    .toSorted((a, b) => a - b);
}
