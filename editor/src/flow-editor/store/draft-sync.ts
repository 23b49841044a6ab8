import { applyOperations } from '@heddle/engine';
import type { DraftOperation, FlowDocument } from '@heddle/schemas';
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
  /** The server's draft of that revision. */
  readonly draft: FlowDocument;
  readonly send: (baseRevision: number, operations: DraftOperation[]) => Promise<SendResult>;
  readonly onState: (state: SaveState) => void;
  /** The draft on the server is another one: bring our changes into it, then `reset` and `push`. Until then nothing is sent. */
  readonly onConflict: () => void;
  /** The server refused a change for good: load its draft and `reset`. Until then nothing is sent. */
  readonly onRefused: (reason: string) => void;
}

/** Changes wait this long for more, so that a drag or a word is one request. */
export const BATCH_AFTER_MS = 500;
/** Waits between tries after a failure; the last repeats. */
const RETRY_MS = [1000, 2000, 5000, 10_000, 30_000];
/** Drafts kept of which we do not know whether the server took them; only the newest can be the one it has. */
const MAX_UNANSWERED = 5;
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
  /** Drafts that the server has had from us: the one it confirmed last first, then those whose answer was lost. */
  bases(): readonly FlowDocument[];
  /** Begins anew from a loaded draft. */
  reset(revision: number, draft: FlowDocument): void;
  /** Stops timers; what is under way may still finish. */
  stop(): void;
}

/** Makes the sync of one draft. It never throws; trouble is told through the callbacks. */
export function createDraftSync(options: DraftSyncOptions): DraftSync {
  let revision = options.revision;
  let confirmed = options.draft;
  let unanswered: FlowDocument[] = [];
  let isHeld = false;
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
        confirmed = applyOperations(confirmed, batch).document;
        unanswered = [];
        failures = 0;
        continue;
      }
      if (result.kind === 'later') {
        // It may have been taken all the same, and only the answer was lost.
        unanswered = [...unanswered, applyOperations(confirmed, batch).document].slice(-MAX_UNANSWERED);
        pending = [...batch, ...pending];
        options.onState({ kind: 'failed', reason: result.reason, isFinal: false });
        schedule(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000);
        failures += 1;
        return false;
      }
      isHeld = true;
      if (result.kind === 'refused') options.onRefused(result.reason);
      else options.onConflict();
      return false;
    }
    options.onState({ kind: 'saved' });
    return true;
  };

  return {
    push: (operations) => {
      pending.push(...operations);
      if (underWay === null && failures === 0 && !isHeld) {
        options.onState({ kind: 'saving' });
        schedule(BATCH_AFTER_MS);
      }
    },
    flush: async () => {
      if (underWay !== null) await underWay;
      if (isHeld) return false;
      return pending.length === 0 ? true : run();
    },
    hasPending: () => pending.length > 0 || underWay !== null || isHeld,
    revision: () => revision,
    bases: () => [confirmed, ...unanswered],
    reset: (to, draft) => {
      generation += 1;
      clearTimeout(timer);
      pending = [];
      failures = 0;
      isHeld = false;
      revision = to;
      confirmed = draft;
      unanswered = [];
      options.onState({ kind: 'saved' });
    },
    stop: () => {
      generation += 1;
      clearTimeout(timer);
    },
  };
}
