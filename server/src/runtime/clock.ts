/** What time it is. Tests turn it by hand. */
export interface Clock {
  /** Epoch ms. */
  nowMs(): number;
}

/** The clock of this machine. */
export const systemClock: Clock = { nowMs: () => Date.now() };
