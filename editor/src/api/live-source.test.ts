import type { LiveChange } from '@heddle/schemas/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveSource, parseChanges } from './live-source.ts';
import { staleKeys } from './query-keys.ts';

/** A stream that the test drives by hand. */
class FakeSource extends EventTarget {
  isClosed = false;
  close(): void {
    this.isClosed = true;
  }
  say(type: 'open' | 'error' | 'resync'): void {
    this.dispatchEvent(new Event(type));
  }
  send(changes: readonly LiveChange[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(changes) }));
  }
}
const change = (id: string): LiveChange => ({ kind: 'event', id });

describe('createLiveSource', () => {
  const opened: FakeSource[] = [];
  const start = () => {
    // The source uses nothing of EventSource but what the fake has.
    return createLiveSource<LiveChange>('/live', parseChanges, () => {
      const source = new FakeSource();
      opened.push(source);
      return source as unknown as EventSource;
    });
  };
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    opened.length = 0;
  });

  it('tells a burst as one batch', () => {
    const live = start();
    const batches: string[][] = [];
    live.subscribe((changes) => batches.push(changes.map((item) => ('id' in item ? item.id : ''))));
    opened[0]?.say('open');
    opened[0]?.send([change('1'), change('2')]);
    opened[0]?.send([change('3')]);
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(batches).toEqual([['1', '2', '3']]);
  });

  it('connects again after an error, and says that something may have been missed', () => {
    const live = start();
    const onGap = vi.fn<() => void>();
    live.subscribe(() => {}, onGap);
    opened[0]?.say('open');
    expect(live.isConnected()).toBe(true);
    opened[0]?.say('error');
    expect([live.isConnected(), opened[0]?.isClosed]).toEqual([false, true]);
    vi.advanceTimersByTime(600);
    expect(opened).toHaveLength(2);
    expect(onGap).not.toHaveBeenCalled();
    opened[1]?.say('open');
    expect(onGap).toHaveBeenCalledTimes(1);
  });

  it('passes on that too much happened to list it', () => {
    const onGap = vi.fn<() => void>();
    start().subscribe(() => {}, onGap);
    opened[0]?.say('open');
    opened[0]?.say('resync');
    expect(onGap).toHaveBeenCalledTimes(1);
  });

  it('waits longer after each failure', () => {
    start().subscribe(() => {});
    for (const waitMs of [500, 1000, 2000, 5000, 10_000, 10_000]) {
      const before = opened.length;
      opened.at(-1)?.say('error');
      vi.advanceTimersByTime(waitMs - 1);
      expect(opened).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(opened).toHaveLength(before + 1);
    }
  });

  it('is one stream for all, closed when the last one leaves', () => {
    const live = start();
    const leaveFirst = live.subscribe(() => {});
    const leaveSecond = live.subscribe(() => {});
    leaveFirst();
    expect([opened.length, opened[0]?.isClosed]).toEqual([1, false]);
    leaveSecond();
    expect(opened[0]?.isClosed).toBe(true);
  });
});

describe('parseChanges', () => {
  it('skips what it cannot read', () => {
    expect([parseChanges('nonsense'), parseChanges('{}'), parseChanges('[]')]).toEqual([[], [], []]);
  });
});

describe('staleKeys', () => {
  it('names each stale thing once', () => {
    const keys = staleKeys([
      { kind: 'node', runId: 'r1', flowId: 'f1', node: 'a', status: 'succeeded' },
      { kind: 'node', runId: 'r1', flowId: 'f1', node: 'b', status: 'running' },
      { kind: 'outbox', id: 'o1', runId: 'r1' },
    ]);
    expect(keys).toEqual([['runs', 'one', 'r1'], ['flows', 'stats', 'f1'], ['outbox'], ['attention'], ['notices']]);
  });

  it('leaves an open draft to the flow editor', () => {
    expect(staleKeys([{ kind: 'flow', id: 'f1', draftRevision: 2 }])).not.toContainEqual(['flows', 'one', 'f1']);
  });
});
