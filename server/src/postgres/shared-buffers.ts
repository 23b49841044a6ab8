import { totalmem } from 'node:os';

const MB = 1_048_576;
const LEAST_MB = 128;
const MOST_MB = 512;

/**
 * Postgres' own cache of tables, as the value of `shared_buffers`. What does not fit costs a call of the system for each page, in and out: under
 * full load a twentieth of Postgres' time. An eighth of the memory and not the usual quarter, since the rest of Heddle lives beside it.
 *
 * @param memoryBytes What this process may use: of its container, or of the machine.
 */
export function sharedBuffers(memoryBytes: number): string {
  return `${Math.round(Math.min(MOST_MB, Math.max(LEAST_MB, memoryBytes / 8 / MB)))}MB`;
}

/** @returns Bytes that this process may use. */
export function usableMemoryBytes(): number {
  // 0 when nobody limits it, and more than the machine has when the limit is "none" in another way.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
