import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDecisionDesk, keyOf, type Decision, type Question } from './decision-desk.ts';

const ask = (runId: string, position = 'p1'): Question => ({ runId, position });
const yes = (item: Question): Decision<Question> => ({ item, decision: 'approved', note: '' });

describe('the decision desk', () => {
  let sent: string[];
  let failed: string[];
  let sending: (key: string) => Promise<unknown>;
  const open = () =>
    createDecisionDesk<Question>({
      delayMs: 5_000,
      send: (decision, isLeaving) => {
        sent.push(`${keyOf(decision.item)} ${decision.decision}${isLeaving ? ' leaving' : ''}`);
        return sending(keyOf(decision.item));
      },
      onSent: () => {},
      onFailed: (decision) => failed.push(keyOf(decision.item)),
    });
  beforeEach(() => {
    vi.useFakeTimers();
    [sent, failed, sending] = [[], [], () => Promise.resolve()];
  });
  afterEach(() => void vi.useRealTimers());

  it('sends when the time to undo is over, in order, and not before', async () => {
    const desk = open();
    desk.hold([yes(ask('a')), yes(ask('b'))]);
    await vi.advanceTimersByTimeAsync(4_999);
    expect([sent, [...desk.taken()]]).toEqual([[], ['a/p1', 'b/p1']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(['a/p1 approved', 'b/p1 approved']);
  });

  it('sends nothing that was undone, and shows it again', async () => {
    const desk = open();
    const undo = desk.hold([yes(ask('a'))]);
    desk.hold([yes(ask('b'))]);
    undo();
    expect([...desk.taken()]).toEqual(['b/p1']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual(['b/p1 approved']);
    undo();
    expect([...desk.taken()]).toEqual(['b/p1']);
  });

  it('takes a question once', async () => {
    const desk = open();
    desk.hold([yes(ask('a'))]);
    desk.hold([{ ...yes(ask('a')), decision: 'rejected' }]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual(['a/p1 approved']);
  });

  it('sends at once when the page is closed, and only once', async () => {
    const desk = open();
    desk.hold([yes(ask('a')), yes(ask('a', 'p2'))]);
    await desk.flush(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual(['a/p1 approved leaving', 'a/p2 approved leaving']);
  });

  it('shows a question again whose decision failed, and sends the others', async () => {
    sending = (key) => (key === 'a/p1' ? Promise.reject(new Error('offline')) : Promise.resolve());
    const desk = open();
    desk.hold([yes(ask('a')), yes(ask('b'))]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([sent.length, failed, [...desk.taken()]]).toEqual([2, ['a/p1'], ['b/p1']]);
  });

  it('forgets what is gone from the list, but not what it still holds', async () => {
    const desk = open();
    desk.hold([yes(ask('a'))]);
    await vi.advanceTimersByTimeAsync(5_000);
    desk.prune([ask('a')]);
    expect([...desk.taken()]).toEqual(['a/p1']);
    desk.hold([yes(ask('b'))]);
    const before = desk.taken();
    desk.prune([]);
    expect([...desk.taken()]).toEqual(['b/p1']);
    const after = desk.taken();
    expect(after).not.toBe(before);
    desk.prune([]);
    expect(desk.taken()).toBe(after);
  });
});
