import type { DraftOperation } from '@heddle/schemas';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleFlow } from '../testing/sample-flow.ts';
import { BATCH_AFTER_MS, createDraftSync, type SaveState, type SendResult } from './draft-sync.ts';

const rename = (name: string): DraftOperation => ({ kind: 'setName', name });

function harness(results: SendResult[]) {
  const sent: { base: number; operations: DraftOperation[] }[] = [];
  const states: SaveState['kind'][] = [];
  const conflicts: (string | null)[] = [];
  const draft = sampleFlow();
  const sync = createDraftSync({
    revision: 7,
    draft,
    send: async (base, operations) => {
      sent.push({ base, operations });
      return results.shift() ?? { kind: 'done', draftRevision: base + 1 };
    },
    onState: (state) => states.push(state.kind),
    onConflict: () => conflicts.push(null),
    onRefused: (reason) => conflicts.push(reason),
  });
  return { sync, sent, states, conflicts, draft };
}

describe('saving a draft', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends what comes close together as one batch', async () => {
    const { sync, sent, states } = harness([]);
    sync.push([rename('a')]);
    sync.push([rename('ab'), { kind: 'removeNode', id: 'tell' }]);
    expect(sync.hasPending()).toBe(true);
    await vi.advanceTimersByTimeAsync(BATCH_AFTER_MS);
    expect(sent).toEqual([{ base: 7, operations: [rename('ab'), { kind: 'removeNode', id: 'tell' }] }]);
    expect(states.at(-1)).toBe('saved');
    expect(sync.revision()).toBe(8);
    expect(sync.hasPending()).toBe(false);
  });

  it('builds each batch on the one before', async () => {
    const { sync, sent } = harness([]);
    sync.push([rename('a')]);
    await vi.advanceTimersByTimeAsync(BATCH_AFTER_MS);
    sync.push([rename('b')]);
    expect(await sync.flush()).toBe(true);
    expect(sent.map((batch) => batch.base)).toEqual([7, 8]);
  });

  it('sends at most 500 operations at once', async () => {
    const { sync, sent } = harness([]);
    sync.push(
      Array.from({ length: 1200 }, (_unused, index) =>
        index % 2 === 0 ? rename(`${index}`) : ({ kind: 'setDescription', description: `${index}` } as const),
      ),
    );
    await sync.flush();
    expect(sent.map((batch) => batch.operations.length)).toEqual([500, 500, 200]);
  });

  it('keeps changes that could not be sent, says so, and tries again', async () => {
    const { sync, sent, states } = harness([{ kind: 'later', reason: 'offline' }]);
    sync.push([rename('a')]);
    await vi.advanceTimersByTimeAsync(BATCH_AFTER_MS);
    expect(states.at(-1)).toBe('failed');
    sync.push([rename('b')]);
    expect(sync.hasPending()).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.at(-1)).toEqual({ base: 7, operations: [rename('b')] });
    expect(states.at(-1)).toBe('saved');
  });

  it('sends nothing while our changes are brought into a draft that somebody else changed', async () => {
    const { sync, sent, conflicts, draft } = harness([{ kind: 'conflict' }]);
    sync.push([rename('a')]);
    expect(await sync.flush()).toBe(false);
    expect(conflicts).toEqual([null]);
    sync.push([rename('b')]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await sync.flush()).toBe(false);
    expect([sent.length, sync.hasPending()]).toEqual([1, true]);
    sync.reset(12, draft);
    sync.push([rename('ab')]);
    expect(await sync.flush()).toBe(true);
    expect(sent.at(-1)).toEqual({ base: 12, operations: [rename('ab')] });
  });

  it('knows what the server has had from us, and what it may have had', async () => {
    const { sync, draft } = harness([
      { kind: 'done', draftRevision: 8 },
      { kind: 'later', reason: 'the answer was lost' },
    ]);
    sync.push([rename('a')]);
    await sync.flush();
    expect(sync.bases()).toEqual([{ ...draft, name: 'a' }]);
    sync.push([rename('ab')]);
    await sync.flush();
    expect(sync.bases().map(({ name }) => name)).toEqual(['a', 'ab']);
    await sync.flush();
    expect(sync.bases().map(({ name }) => name)).toEqual(['ab']);
  });

  it('gives the reason of a refusal on', async () => {
    const { sync, conflicts } = harness([{ kind: 'refused', reason: 'no such node' }]);
    sync.push([rename('a')]);
    expect(await sync.flush()).toBe(false);
    expect(conflicts).toEqual(['no such node']);
  });

  it('takes no notice of an answer that comes after a reload', async () => {
    let answer: (result: SendResult) => void = () => {};
    const states: string[] = [];
    const sync = createDraftSync({
      revision: 1,
      draft: sampleFlow(),
      send: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      onState: (state) => states.push(state.kind),
      onConflict: () => states.push('conflict'),
      onRefused: () => states.push('refused'),
    });
    sync.push([rename('a')]);
    const flushed = sync.flush();
    sync.reset(5, sampleFlow());
    answer({ kind: 'done', draftRevision: 2 });
    expect(await flushed).toBe(false);
    expect(sync.revision()).toBe(5);
    expect(states).not.toContain('conflict');
  });
});
