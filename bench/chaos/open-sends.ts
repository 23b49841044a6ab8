import { readDiary } from './diary.ts';
import type { OutboxRow } from './outcome.ts';
import type { Worker } from './worker-pool.ts';

/** A worker that was taken out, and when, ms since 1970. */
export interface Strike {
  readonly worker: Worker;
  readonly atMs: number;
  /** Strikes of one cause, such as a database that dies under all workers, count once; by default each is a cause of its own. */
  readonly cause?: number;
}

/** A send that was open when its worker was struck. */
export interface Interrupted {
  readonly id: string;
  /** Worker of the first strike. */
  readonly worker: Worker;
  /** First strike that hit it. */
  readonly firstMs: number;
  /** Last strike on a worker that held its person's mailbox before it was settled. */
  readonly lastMs: number;
  /** When it was known what became of it; null: never. */
  readonly settledMs: number | null;
}

export interface Interruptions {
  readonly sends: readonly Interrupted[];
  /** Causes of strikes during which at least one send was open. */
  readonly inSendWindow: number;
}

/** Finds, from the diaries, which sends were open at each strike, and when they were settled. */
export function findInterruptions(
  strikes: readonly Strike[],
  lives: readonly Worker[],
  rows: readonly OutboxRow[],
): Interruptions {
  const settled = settledTimes(lives, rows);
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  const hits = new Map<string, { subject: string; worker: Worker; atMs: number[] }>();
  const strikesBySubject = new Map<string, number[]>();
  const causes = new Set<number | Strike>();
  for (const strike of strikes) {
    const { worker, atMs } = strike;
    const { open, held } = inHand(worker, atMs);
    for (const subject of held) strikesBySubject.set(subject, [...(strikesBySubject.get(subject) ?? []), atMs]);
    let isHit = false;
    for (const [id, subject] of open) {
      // Never committed; or settled by a checkpoint that was committed as the worker died, before it could note so.
      if (!states.has(id)) continue;
      if (states.get(id) !== 'sending' && settled.get(id)?.some((at) => at >= atMs) !== true) continue;
      isHit = true;
      const hit = hits.get(id) ?? { subject, worker, atMs: [] };
      hit.atMs.push(atMs);
      hits.set(id, hit);
    }
    if (isHit) causes.add(strike.cause ?? strike);
  }
  const sends = [...hits].map(([id, { subject, worker, atMs }]): Interrupted => {
    const firstMs = Math.min(...atMs);
    const settledMs = settled.get(id)?.find((candidate) => candidate >= firstMs) ?? null;
    const later = (strikesBySubject.get(subject) ?? []).filter((at) => at >= firstMs && at <= (settledMs ?? Infinity));
    return { id, worker, firstMs, lastMs: Math.max(firstMs, ...later), settledMs };
  });
  return { sends, inSendWindow: causes.size };
}

/** What a worker had in its hands: sends whose row says or may say `sending`, and mailboxes it had claimed. */
function inHand(worker: Worker, atMs: number): { open: Map<string, string>; held: Set<string> } {
  const open = new Map<string, string>();
  const held = new Set<string>();
  for (const entry of readDiary(worker.diaryFile)) {
    if (entry.atMs > atMs) break;
    if (entry.kind === 'claimed') for (const [subject] of entry.claims) held.add(subject);
    // What was about to be committed may have been.
    if (entry.kind === 'beforeRecord')
      for (const [id, state] of entry.rows) if (state === 'sending') open.set(id, entry.subject);
    if (entry.kind !== 'afterRecord') continue;
    for (const [id, state] of entry.rows) if (state !== 'sending') open.delete(id);
    if (entry.isRelease) held.delete(entry.subject);
  }
  return { open, held };
}

/** When each send was noted as something else than `sending`, in order. */
function settledTimes(lives: readonly Worker[], rows: readonly OutboxRow[]): Map<string, number[]> {
  const times = new Map<string, number[]>();
  const add = (id: string, atMs: number): void => void times.set(id, [...(times.get(id) ?? []), atMs]);
  for (const worker of lives) {
    for (const entry of readDiary(worker.diaryFile)) {
      if (entry.kind !== 'afterRecord') continue;
      for (const [id, state] of entry.rows) if (state !== 'sending') add(id, entry.atMs);
    }
  }
  for (const row of rows) {
    // Written by a worker that died before it could note it in its diary.
    if (row.settledAtMs !== null) add(row.id, row.settledAtMs);
    else if (row.state === 'unknown' && row.runEndedAtMs !== null) add(row.id, row.runEndedAtMs);
  }
  for (const list of times.values()) list.sort((a, b) => a - b);
  return times;
}
