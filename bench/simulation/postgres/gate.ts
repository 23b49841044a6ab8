/** A server process of the simulation over Postgres: a runtime in this process that can die and freeze. */
export interface Instance {
  readonly name: string;
  isAlive: boolean;
  /** True time until which it is stopped. */
  frozenUntilMs: number;
}

/** A call that a process wants to make. */
export interface GateCall {
  readonly instance: Instance;
  readonly kind: 'database' | 'platform';
  readonly label: string;
  readonly askedAtMs: number;
  /** Mailboxes whose turns it loads. */
  readonly subjects: readonly string[];
  /** Makes the call for real; it has happened when this resolves or rejects. */
  run(): Promise<unknown>;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/**
 * Every call of every process waits here until it is let through, one at a time. Between two of them all code that can run has run, so the
 * order of everything is the order in which calls are let through.
 */
export interface Gate {
  readonly waiting: GateCall[];
  ask<T>(
    instance: Instance,
    kind: GateCall['kind'],
    label: string,
    run: () => Promise<T>,
    subjects?: readonly string[],
  ): Promise<T>;
  /** Resolves when no code of ours has anything left to do but to wait for calls. */
  quiet(): Promise<void>;
}

/** Turns of the event loop without a new call after which there will be none: batches are gathered for one. */
const QUIET_TURNS = 5;

export function createGate(nowMs: () => number): Gate {
  const waiting: GateCall[] = [];
  let asked = 0;
  return {
    waiting,
    ask: <T>(
      instance: Instance,
      kind: GateCall['kind'],
      label: string,
      run: () => Promise<T>,
      subjects: readonly string[] = [],
    ): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        asked += 1;
        // Nobody waits for the answer of a dead process.
        if (!instance.isAlive) return;
        // What comes back is what `run` gave.
        const settle = resolve as (answer: unknown) => void;
        waiting.push({ instance, kind, label, askedAtMs: nowMs(), subjects, run, resolve: settle, reject });
      }),
    async quiet() {
      let seen = -1;
      for (let turns = 0; turns < QUIET_TURNS; turns += 1) {
        await new Promise(setImmediate);
        if (asked === seen) continue;
        seen = asked;
        turns = 0;
      }
    },
  };
}
