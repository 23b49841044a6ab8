import { createHash } from 'node:crypto';

/** 31 bits out of a run's id: the same run draws the same numbers wherever it is driven. */
export function seedOf(runId: string): number {
  return createHash('sha256').update(runId).digest().readUInt32BE(0) >>> 1;
}
