/** A timer that fires this much too late is that of a process that stood still. */
const LATE_MS = 1_000;

/** The time that one call has, in a process that may stand still meanwhile. */
export interface TimeLimit {
  /** By the clock, also while the timer of a process that stood still has not fired yet: what has not left is no longer wanted. */
  readonly isOver: () => boolean;
  readonly stop: () => void;
}

/**
 * Begins with this call.
 *
 * @param onOver Unless it was stopped. `held-up`: the time went by while this process did nothing.
 */
export function startTimeLimit(timeoutMs: number, onOver: (reason: 'timeout' | 'held-up') => void): TimeLimit {
  const begunMs = performance.now();
  let last: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    const isLate = performance.now() - begunMs > timeoutMs + LATE_MS;
    // The timers of a process that stood still come before what arrived meanwhile: the answer may be there, and is read first.
    last = setImmediate(onOver, isLate ? 'held-up' : 'timeout');
  }, timeoutMs);
  return {
    isOver: () => performance.now() - begunMs > timeoutMs,
    stop: () => {
      clearTimeout(timer);
      clearImmediate(last);
    },
  };
}
