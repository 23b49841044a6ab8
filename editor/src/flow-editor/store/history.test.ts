import { describe, expect, it } from 'vitest';
import { EMPTY_HISTORY, record, stepBack, stepForward, type HistoryEntry } from './history.ts';

const entry = (atMs: number, mergeKey?: string): HistoryEntry => ({
  label: `at ${atMs}`,
  forward: [{ kind: 'setName', name: `n${atMs}` }],
  inverse: [{ kind: 'setName', name: `o${atMs}` }],
  mergeKey,
  atMs,
});

describe('history', () => {
  it('joins changes of one key that follow closely', () => {
    const history = [entry(0, 'k'), entry(1000, 'k'), entry(2000, 'k')].reduce(record, EMPTY_HISTORY);
    expect(history.past).toHaveLength(1);
    expect(history.past[0]?.inverse.map((operation) => operation.kind === 'setName' && operation.name)).toEqual([
      'o2000',
      'o1000',
      'o0',
    ]);
  });

  it('keeps changes apart after a pause, of another key, or without one', () => {
    expect([entry(0, 'k'), entry(5000, 'k')].reduce(record, EMPTY_HISTORY).past).toHaveLength(2);
    expect([entry(0, 'k'), entry(1, 'l')].reduce(record, EMPTY_HISTORY).past).toHaveLength(2);
    expect([entry(0), entry(1)].reduce(record, EMPTY_HISTORY).past).toHaveLength(2);
  });

  it('goes back and forward, and forgets what was undone when something new is done', () => {
    const two = [entry(0), entry(1)].reduce(record, EMPTY_HISTORY);
    const back = stepBack(two);
    expect(back?.entry.label).toBe('at 1');
    expect(stepForward(back?.history ?? EMPTY_HISTORY)?.history).toEqual(two);
    expect(record(back?.history ?? EMPTY_HISTORY, entry(9)).future).toEqual([]);
    expect(stepBack(EMPTY_HISTORY)).toBeUndefined();
  });
});
