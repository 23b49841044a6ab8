import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { newId } from '../../../server/src/database/index.ts';
import { createPrng } from '../prng.ts';

/** Ids of a seed are made within this time, one per millisecond at most. */
const MS_PER_SEED = 100_000;
const FIRST_ID_MS = Date.UTC(2026, 10, 1);
/** So that the ids of all seeds lie in the month whose partition there is; far more than anybody plays. */
const MOST_SEEDS = 20_000;

/**
 * Makes everything that the server draws by itself depend on the seed alone: the random part of ids, from which runs draw their numbers, the
 * moment in them, and the time that passes between two looks at the monotonic clock.
 *
 * Seeds must come in ascending order in one thread, as ids only ever grow. Not for a process in which anything else goes on.
 */
export function fixChance(seed: number, passedMs: () => number): void {
  const random = createPrng(seed ^ 0x5eed);
  let fills = 0;
  crypto.randomFillSync = ((buffer: Uint8Array) => {
    for (let at = 0; at < buffer.length; at += 1) buffer[at] = random.int(256);
    fills += 1;
    return buffer;
  }) as typeof crypto.randomFillSync;
  syncBuiltinESMExports();
  let idMs = FIRST_ID_MS + (seed % MOST_SEEDS) * MS_PER_SEED;
  Date.now = () => (idMs += 1);
  performance.now = passedMs;
  // What is left of the numbers of the seed before.
  const areSpent = (): boolean => fills > 0;
  while (!areSpent()) newId();
}
