import type { DraftOperation } from '@heddle/schemas';
import { coalesceOperations } from './coalesce-operations.ts';

/** What the person sees about saving. */
export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving' }
  /** Not saved; `reason` for the person. Tried again by itself unless `isFinal`. */
  | { readonly kind: 'failed'; readonly reason: string; readonly isFinal: boolean };

/** How the server answered a batch. */
export type SendResult =
  | { readonly kind: 'done'; readonly draftRevision: number }
  /** Somebody else changed the draft in between. */
  | { readonly kind: 'conflict' }
  /** Not reached, or not now: try again later. */
  | { readonly kind: 'later'; readonly reason: string }
  /** Refused for good; sending it again would not help. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface DraftSyncOptions {
  readonly revision: number;
  readonly send: (baseRevision: number, operations: DraftOperation[]) => Promise<SendResult>;
  readonly onState: (state: SaveState) => void;
  /** The draft on the server is another one: load it. Changes that were not sent are dropped. */
  readonly onConflict: (reason: string | null) => void;
}

/** Changes wait this long for more, so that a drag or a word is one request. */
export const BATCH_AFTER_MS = 500;
/** Waits between tries after a failure; the last repeats. */
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];
/** What one request may hold (the contract's limit). */
const MAX_BATCH = 500;

/** Sends the changes of one draft to the server, in order, one batch at a time. */
export interface DraftSync {
  push(operations: readonly DraftOperation[]): void;
  /** Sends what waits, now. Resolves to true when everything is saved, false when it could not be. */
  flush(): Promise<boolean>;
  hasPending(): boolean;
  /** Revision of the server's draft that our changes build on. */
  revision(): number;
  /** Begins anew from a loaded draft. */
  reset(revision: number): void;
  /** Stops timers; what is under way may still finish. */
  stop(): void;
}

/** Makes the sync of one draft. It never throws; trouble is told through `onState` and `onConflict`. */
export function createDraftSync(options: DraftSyncOptions): DraftSync {
  let revision = options.revision;
  let pending: DraftOperation[] = [];
  let underWay: Promise<boolean> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let generation = 0;

  const schedule = (delayMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), delayMs);
  };
  const run = (): Promise<boolean> => {
    clearTimeout(timer);
    timer = undefined;
    underWay ??= sendAll().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  const sendAll = async (): Promise<boolean> => {
    const startedIn = generation;
    while (pending.length > 0) {
      const coalesced = coalesceOperations(pending);
      const batch = coalesced.slice(0, MAX_BATCH);
      const rest = coalesced.slice(MAX_BATCH);
      pending = rest;
      options.onState({ kind: 'saving' });
      const result = await options.send(revision, batch);
      if (generation !== startedIn) return false;
      if (result.kind === 'done') {
        revision = result.draftRevision;
        failures = 0;
        continue;
      }
      if (result.kind === 'later') {
        pending = [...batch, ...pending];
        options.onState({ kind: 'failed', reason: result.reason, isFinal: false });
        schedule(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000);
        failures += 1;
        return false;
      }
      pending = [];
      options.onConflict(result.kind === 'refused' ? result.reason : null);
      return false;
    }
    options.onState({ kind: 'saved' });
    return true;
  };

  return {
    push: (operations) => {
      pending.push(...operations);
      if (underWay === null && failures === 0) {
        options.onState({ kind: 'saving' });
        schedule(BATCH_AFTER_MS);
      }
    },
    flush: async () => {
      if (underWay !== null) await underWay;
      return pending.length === 0 ? true : run();
    },
    hasPending: () => pending.length > 0 || underWay !== null,
    revision: () => revision,
    reset: (to) => {
      generation += 1;
      clearTimeout(timer);
      pending = [];
      failures = 0;
      revision = to;
      options.onState({ kind: 'saved' });
    },
    stop: () => {
      generation += 1;
      clearTimeout(timer);
    },
  };
}
