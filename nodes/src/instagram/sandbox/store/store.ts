import type { RowChange } from '../table.ts';

/** A row as a store gives it back after a restart. */
export interface StoredRow {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

/** Where the sandbox keeps its state. Only one sandbox may use a store at a time. */
export interface SandboxStore {
  /** All rows, as the last acknowledged `append` left them. Called once, before any `append`. */
  load(): Promise<StoredRow[]>;
  /**
   * Adds one transaction. Resolves when it would survive a `kill -9`; a transaction is kept whole or not at all.
   * Calls made together may share one disk write; they resolve in the order of the calls.
   */
  append(changes: readonly RowChange[]): Promise<void>;
  /** Waits for what is under way and releases files. */
  close(): Promise<void>;
}
