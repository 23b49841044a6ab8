/** Outcomes older than this say nothing about now. */
export const WINDOW_MS = 30_000;
/** Failures within the window that open the breaker, if they are at least half of all calls. */
export const MIN_FAILURES = 20;
const MIN_SHARE = 0.5;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;
const MAX_OUTCOMES = 200;

/** What is known about a connection's platform. Plain data, shared by all processes. */
export interface BreakerState {
  /** Epoch ms and whether the call worked, oldest first. */
  readonly outcomes: readonly (readonly [number, boolean])[];
  /** Set while sending is paused: when a probe may go out. */
  readonly retryAtMs: number | null;
  readonly openedAtMs: number | null;
  readonly failedProbes: number;
}

/** How a call ended. `isOk` also for a refusal: the platform works, it only says no. */
export interface CallOutcome {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly isOk: boolean;
}

export const CLOSED: BreakerState = { outcomes: [], retryAtMs: null, openedAtMs: null, failedProbes: 0 };

/** Takes an outcome in. Pure. @returns The next state, and whether it has just opened or closed. */
export function nextBreaker(
  state: BreakerState,
  { startedAtMs, endedAtMs, isOk }: CallOutcome,
): { readonly state: BreakerState; readonly change: 'opened' | 'closed' | null } {
  if (state.retryAtMs !== null) {
    // Calls that were on their way when it opened prove nothing.
    if (startedAtMs < state.retryAtMs) return { state, change: null };
    if (isOk) return { state: CLOSED, change: 'closed' };
    const failedProbes = state.failedProbes + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failedProbes);
    return { state: { ...state, failedProbes, retryAtMs: endedAtMs + pauseMs }, change: null };
  }
  const outcomes = [...state.outcomes, [endedAtMs, isOk] as const]
    .filter(([atMs]) => atMs > endedAtMs - WINDOW_MS)
    .slice(-MAX_OUTCOMES);
  const failures = outcomes.filter(([, wasOk]) => !wasOk).length;
  if (failures < MIN_FAILURES || failures / outcomes.length < MIN_SHARE)
    return { state: { ...CLOSED, outcomes: failures === 0 ? [] : outcomes }, change: null };
  return {
    state: { outcomes: [], retryAtMs: endedAtMs + FIRST_PAUSE_MS, openedAtMs: endedAtMs, failedProbes: 0 },
    change: 'opened',
  };
}
