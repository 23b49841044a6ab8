import type { DraftOperation } from '@heddle/schemas';

/** One thing that a person did, as they would undo it. */
export interface HistoryEntry {
  /** What was done, for the tooltip of the undo button: "Move 2 nodes". */
  readonly label: string;
  readonly forward: readonly DraftOperation[];
  readonly inverse: readonly DraftOperation[];
  /** Changes with one key that follow each other closely are one entry: letters typed into one form. */
  readonly mergeKey: string | undefined;
  readonly atMs: number;
}

/** What can be undone and done again; newest last. */
export interface History {
  readonly past: readonly HistoryEntry[];
  readonly future: readonly HistoryEntry[];
}

export const EMPTY_HISTORY: History = { past: [], future: [] };

/** Entries kept. Older ones are in the version history of the server. */
const MAX_ENTRIES = 200;

/** A pause in typing of this length begins a new entry. */
const MERGE_WITHIN_MS = 1500;

/** Records a change. What was undone before can no longer be done again. */
export function record(history: History, entry: HistoryEntry): History {
  const last = history.past.at(-1);
  const isSame =
    last !== undefined &&
    entry.mergeKey !== undefined &&
    last.mergeKey === entry.mergeKey &&
    entry.atMs - last.atMs < MERGE_WITHIN_MS &&
    history.future.length === 0;
  if (!isSame) return { past: [...history.past, entry].slice(-MAX_ENTRIES), future: [] };
  const merged: HistoryEntry = {
    ...entry,
    forward: [...last.forward, ...entry.forward],
    inverse: [...entry.inverse, ...last.inverse],
  };
  return { past: [...history.past.slice(0, -1), merged], future: [] };
}

/** The entry to undo and the history without it; undefined when there is nothing to undo. */
export function stepBack(history: History): { entry: HistoryEntry; history: History } | undefined {
  const entry = history.past.at(-1);
  return entry === undefined
    ? undefined
    : { entry, history: { past: history.past.slice(0, -1), future: [...history.future, entry] } };
}

/** The entry to do again and the history with it; undefined when there is none. */
export function stepForward(history: History): { entry: HistoryEntry; history: History } | undefined {
  const entry = history.future.at(-1);
  return entry === undefined
    ? undefined
    : { entry, history: { past: [...history.past, entry], future: history.future.slice(0, -1) } };
}
