/** Where the time comes from, so that tests can move it. */
export interface Clock {
  /** Epoch ms. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
