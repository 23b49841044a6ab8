import { FlowError } from '@heddle/schemas';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelRun } from '../runs/cancel-run.ts';
import { comment, createRuntimeFixture, nodes, type RuntimeFixture } from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  return () => fixture.drop();
});

/** Puts something in the way of every call to the platform. */
function beforeEachCall(work: (text: string) => Promise<void> | void): void {
  const { platform } = fixture.platform;
  const { perform } = platform;
  Object.assign(platform, {
    perform: async (...args: Parameters<typeof perform>) => {
      await work(JSON.stringify(args[0]));
      return perform(...args);
    },
  });
}

const texts = () =>
  fixture.platform.delivered.map(({ action }) =>
    'text' in action && typeof action.text === 'string' ? action.text : action.kind,
  );

describe('a run that has ended', () => {
  it('sends nothing more by a path beside the one that failed it', async () => {
    const runtime = fixture.startRuntime();
    await fixture.publish(
      runtime,
      { asked: nodes.onComment(), a: nodes.send('commentReply', 'A'), b: nodes.send('commentReply', 'B') },
      [
        ['asked.matched', 'a'],
        ['asked.matched', 'b'],
      ],
    );
    beforeEachCall((action) => {
      if (action.includes('"A"')) throw new FlowError('PLATFORM_REFUSED', 'No.', { details: { sent: false } });
    });
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'failed' }]);
    expect(texts()).toEqual([]);
  });

  it('sends no second bubble of the node during which a person cancelled it', async () => {
    const runtime = fixture.startRuntime();
    await fixture.publish(runtime, { asked: nodes.onComment(), two: nodes.send('commentReply', 'one|two') }, [
      ['asked.matched', 'two'],
    ]);
    beforeEachCall(async () => {
      const [run] = await fixture.rows<{ id: string }>('run');
      await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
        cancelRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
      );
    });
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'cancelled' }]);
    expect(texts()).toEqual(['one']);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent' }]);
  });
});

describe('a worker that is frozen between the intent and the call', () => {
  it('puts the call off instead of making it late', async () => {
    let frozenMs = 0;
    let isFirst = true;
    const realNow = performance.now.bind(performance);
    const now = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + frozenMs);
    try {
      const runtime = fixture.startRuntime((database) => ({
        ...database,
        // Only `query` is used by the runtime.
        pool: Object.assign(Object.create(database.pool), {
          query: async (query: { name?: string; values?: unknown[] }) => {
            const answer = await database.pool.query(query as Parameters<typeof database.pool.query>[0]);
            const isAnnounced = query.values?.some((value) => Buffer.isBuffer(value) && value.includes('sending'));
            if (isFirst && query.name === 'heddle-checkpoint' && isAnnounced) {
              isFirst = false;
              frozenMs += 60_000;
            }
            return answer;
          },
        }),
      }));
      await fixture.publish(runtime, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
        ['asked.matched', 'reply'],
      ]);
      await fixture.accept(runtime, comment('c1', '7', 'price'));
      await runtime.runUntilIdle();
      fixture.clock.atMs += 1_000;
      await runtime.runUntilIdle();
      expect(isFirst).toBe(false);
      expect(texts()).toEqual(['Hi']);
      expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent', attempts: 2 }]);
      expect(fixture.platform.reconciled).toEqual([]);
    } finally {
      now.mockRestore();
    }
  });
});
