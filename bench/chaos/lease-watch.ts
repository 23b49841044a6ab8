import type { LedgerEntry } from '../../nodes/src/instagram/sandbox/index.ts';
import { readDiary } from './diary.ts';
import type { Worker } from './worker-pool.ts';

/** What workers did after somebody else had taken what they held. */
export interface LeaseReport {
  /** Checkpoints that the fence refused: the trial was one. */
  readonly refused: number;
  /** Checkpoints that were begun after another claim of the same person and written all the same. */
  readonly writtenWithOldFence: number;
  /** Effects that reached the platform after another worker had claimed the person, by a call of the one before. */
  readonly sentAfterLoss: number;
}

/** A request may be that long on its way and in the platform's hands before it counts: begun in time, it may end after the loss. */
const ON_THE_WAY_MS = 1_000;

/** Compares all diaries with each other and with the ledger of the platform. Fences only grow, so the larger one is the later claim. */
export function watchLeases(lives: readonly Worker[], ledger: readonly LedgerEntry[]): LeaseReport {
  const diaries = lives.map((worker) => readDiary(worker.diaryFile));
  const claims = new Map<string, { fence: bigint; atMs: number }[]>();
  /** Who announced which call, under which fence. */
  const calls = new Map<string, { subject: string; fence: bigint }[]>();
  /** When each text was out of the hands of a worker for the last time. */
  const handedOver = new Map<string, number>();
  for (const entry of diaries.flat()) {
    if (entry.kind === 'claimed') {
      for (const [subject, fence] of entry.claims)
        claims.set(subject, [...(claims.get(subject) ?? []), { fence: BigInt(fence), atMs: entry.atMs }]);
    } else if (entry.kind === 'handedOver') {
      handedOver.set(entry.text, Math.max(entry.atMs, handedOver.get(entry.text) ?? 0));
    } else if (entry.kind === 'afterRecord') {
      const call = { subject: entry.subject, fence: BigInt(entry.fence) };
      for (const [, state, text] of entry.rows)
        if (state === 'sending') calls.set(text, [...(calls.get(text) ?? []), call]);
    }
  }
  const wasTaken = (subject: string, fence: bigint, beforeMs: number): boolean =>
    (claims.get(subject) ?? []).some((claim) => claim.fence > fence && claim.atMs < beforeMs);
  let refused = 0;
  let writtenWithOldFence = 0;
  for (const diary of diaries) {
    const begun = new Map<string, number>();
    for (const entry of diary) {
      if (entry.kind === 'beforeRecord') begun.set(entry.subject, entry.atMs);
      if (entry.kind === 'recordRefused') refused += 1;
      if (entry.kind !== 'afterRecord') continue;
      if (wasTaken(entry.subject, BigInt(entry.fence), begun.get(entry.subject) ?? 0)) writtenWithOldFence += 1;
    }
  }
  const sentAfterLoss = ledger.filter(({ text, atMs }) => {
    const made = calls.get(text) ?? [];
    // Handed over before the loss, it may have been long on its way; arrived before it, the worker may have been frozen before it noted so.
    const lateMs = Math.min(atMs - ON_THE_WAY_MS, handedOver.get(text) ?? atMs);
    // Sent by the last one that announced it, at best: an earlier one that sent it late would show as an effect that happened twice.
    return made.length > 0 && made.every(({ subject, fence }) => wasTaken(subject, fence, lateMs));
  }).length;
  return { refused, writtenWithOldFence, sentAfterLoss };
}
