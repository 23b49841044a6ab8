import type { Engine } from './engine.ts';

/** From the kill until it answers that it is ready and has accepted an event. */
export const COME_BACK_LIMIT_MS = 120_000;
/** One that ends by itself or hangs while it starts is started again, as by whoever keeps it running. */
const START_LIMIT_MS = 60_000;
const START_AGAIN_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 50;

/** Where time comes from. */
export interface Clock {
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

/**
 * Starts a killed engine, again and again when it does not stay up, until it is ready and has accepted an event.
 *
 * @param hasAccepted Whether an event that was sent after this moment was accepted, or none is left to be sent.
 * @returns Whether it came back within the limit.
 */
export async function comeBack(
  engine: Pick<Engine, 'start' | 'kill'>,
  hasAccepted: (sinceMs: number) => boolean,
  clock: Clock,
): Promise<boolean> {
  const killedAtMs = clock.nowMs();
  const isLate = (): boolean => clock.nowMs() - killedAtMs > COME_BACK_LIMIT_MS;
  while (!(await starts(engine))) {
    if (isLate()) return false;
    await clock.pause(START_AGAIN_AFTER_MS);
  }
  for (;;) {
    if (isLate()) return false;
    if (hasAccepted(killedAtMs)) return true;
    await clock.pause(LOOK_EVERY_MS);
  }
}

async function starts(engine: Pick<Engine, 'start' | 'kill'>): Promise<boolean> {
  try {
    await engine.start(START_LIMIT_MS);
    return true;
  } catch {
    // Its log says why. What is left of it must not be in the way of the next one.
    await engine.kill();
    return false;
  }
}
