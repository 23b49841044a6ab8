import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../nodes/src/instagram/sandbox/index.ts';
import type { BenchmarkContext } from '../support/benchmark.ts';
import type { DatedEntry } from './diary.ts';
import { watchLeases } from './lease-watch.ts';
import { findInterruptions } from './open-sends.ts';
import { judgeRuns, type Outcome, type OutboxRow } from './outcome.ts';
import { reportSettling, seconds } from './settle-report.ts';
import type { Worker } from './worker-pool.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heddle-chaos-'));
  return () => rmSync(dir, { recursive: true });
});

function life(number: number, entries: readonly DatedEntry[]): Worker {
  const diaryFile = join(dir, `worker-${number}.jsonl`);
  writeFileSync(diaryFile, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const ended = Promise.resolve();
  return { number, pid: number, diaryFile, ended, hasEnded: () => true, signal: () => undefined };
}

const claimed = (atMs: number, fence: string): DatedEntry => ({ kind: 'claimed', atMs, claims: [['ada', fence]] });
const record = (
  kind: 'beforeRecord' | 'afterRecord' | 'recordRefused',
  atMs: number,
  fence: string,
  state = 'sending',
): DatedEntry => ({ kind, atMs, subject: 'ada', fence, isRelease: false, rows: [['s1', state, 'Hi']] });

const arrived = (atMs: number, text = 'Hi'): LedgerEntry => ({
  seq: 1,
  kind: 'message',
  id: 'm1',
  accountId: 'shop',
  recipientId: 'ada',
  commentId: null,
  mediaId: null,
  text,
  atMs,
  requestHash: '',
});

const row = (state: string, settledAtMs: number | null): OutboxRow => ({
  id: 's1',
  runId: 'r1',
  state,
  text: 'Hi',
  platformId: state === 'sent' ? 'm1' : null,
  settledAtMs,
  runEndedAtMs: 90_000,
});

describe('the watch over leases', () => {
  const sender = [claimed(0, '1'), record('beforeRecord', 10, '1'), record('afterRecord', 20, '1')];

  it('passes a worker whose late write is refused', () => {
    const lives = [
      life(1, [...sender, record('beforeRecord', 30_000, '1', 'sent'), record('recordRefused', 30_010, '1', 'sent')]),
      life(2, [claimed(15_000, '2')]),
    ];
    expect(watchLeases(lives, [arrived(100)])).toEqual({ refused: 1, writtenWithOldFence: 0, sentAfterLoss: 0 });
  });

  it('finds a write that was accepted after another claim, and an effect that came after it', () => {
    const lives = [
      life(1, [...sender, record('beforeRecord', 30_000, '1', 'sent'), record('afterRecord', 30_010, '1', 'sent')]),
      life(2, [claimed(15_000, '2')]),
    ];
    expect(watchLeases(lives, [arrived(30_005)])).toEqual({ refused: 0, writtenWithOldFence: 1, sentAfterLoss: 1 });
  });
});

describe('open sends', () => {
  const opened = [claimed(0, '1'), record('beforeRecord', 10, '1'), record('afterRecord', 20, '1')];

  it('count a death in their window, and the time from the last death of who looked after them', () => {
    const lives = [
      life(1, opened),
      life(2, [claimed(15_000, '2')]),
      life(3, [claimed(30_000, '3'), record('afterRecord', 36_000, '3', 'unknown')]),
    ];
    const strikes = [
      { worker: lives[0] as Worker, atMs: 50 }, // made above
      { worker: lives[1] as Worker, atMs: 16_000 },
    ];
    const { sends, inSendWindow } = findInterruptions(strikes, lives, [row('unknown', null)]);
    expect(inSendWindow).toBe(1);
    const settling = reportSettling(sends);
    expect([seconds(settling.fromFirst, 100), seconds(settling.fromLast, 100), settling.never]).toEqual([36, 20, 0]);
  });

  it('count neither a death after they were settled nor one of a row that was never stored', () => {
    const settled = life(1, [...opened, record('afterRecord', 40, '1', 'sent')]);
    const unstored = life(2, [claimed(0, '1'), record('beforeRecord', 10, '1')]);
    const strike = (worker: Worker) => [{ worker, atMs: 50 }];
    expect(findInterruptions(strike(settled), [settled], [row('sent', 35)]).inSendWindow).toBe(0);
    expect(findInterruptions(strike(unstored), [unstored], []).inSendWindow).toBe(0);
  });

  it('that are still open at the end were never settled', () => {
    const worker = life(1, opened);
    const { sends } = findInterruptions([{ worker, atMs: 50 }], [worker], [row('sending', null)]);
    expect(reportSettling(sends).never).toBe(1);
  });
});

describe('the judge of runs', () => {
  // Tables are not looked at.
  const context = { table: () => undefined } as unknown as BenchmarkContext;
  const texts = ['1', '2', '3', '4'];
  const good: Outcome = {
    events: [{ key: 'e1', state: 'completed', runs: 1 }],
    runs: [{ id: 'r1', status: 'succeeded', code: null }],
    outbox: texts.map((text) => ({ ...row('sent', 5), id: text, text, platformId: text })),
    ledger: texts.map((text) => ({ ...arrived(5, text), id: text })),
  };
  const missed = (outcome: Partial<Outcome>): string[] =>
    judgeRuns(context, 'x', { ...good, ...outcome }, 1)
      .goals.filter((goal) => !goal.held)
      .map((goal) => goal.name);

  it('is content with four effects and one run', () => expect(missed({})).toEqual([]));

  it.each<[string, Partial<Outcome>, RegExp]>([
    ['an event without a run', { events: [{ key: 'e1', state: 'pending', runs: 0 }] }, /lost/],
    ['an effect twice', { ledger: [...good.ledger, { ...arrived(9, '1'), id: '5' }] }, /happened twice/],
    ['an effect that is missing', { ledger: good.ledger.slice(1) }, /never arrived/],
    ['an effect that nobody noted', { outbox: good.outbox.slice(1) }, /neither as sent nor unknown/],
    ['a run that failed', { runs: [{ id: 'r1', status: 'failed', code: 'NODE_FAILED' }] }, /otherwise than/],
  ])('finds %s', (_, outcome, goal) => expect(missed(outcome).some((name) => goal.test(name))).toBe(true));
});
