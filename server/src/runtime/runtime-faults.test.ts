import { FlowError } from '@heddle/schemas';
import { beforeEach, describe, expect, it } from 'vitest';
import { cancelRun } from '../runs/cancel-run.ts';
import { retryRun } from '../runs/retry-run.ts';
import { LEASE_MS } from './mailbox/mailbox.ts';
import { RECONCILE_AFTER_MS } from './outbox/ask-what-happened.ts';
import type { Runtime } from './runtime.ts';
import { mortal } from './testing/mortal.ts';
import { comment, createRuntimeFixture, nodes, type RuntimeFixture } from './testing/runtime-fixture.ts';
import type { PlatformFault } from './testing/fake-platform.ts';

let fixture: RuntimeFixture;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  return () => fixture.drop();
});

const publishPriceFlow = (runtime: Runtime) =>
  fixture.publish(
    runtime,
    {
      asked: nodes.onComment(),
      tagA: nodes.tag('a'),
      reply: nodes.send('commentReply', 'Sent!'),
      tagB: nodes.tag('b'),
      dm: nodes.send('privateReply', 'It is 10.'),
      tagC: nodes.tag('c'),
    },
    [
      ['asked.matched', 'tagA'],
      ['tagA.done', 'reply'],
      ['reply.sent', 'tagB'],
      ['tagB.done', 'dm'],
      ['dm.sent', 'tagC'],
    ],
  );

/** A new process takes over: leases of the dead one end, and open outcomes may be asked for. */
async function recover(): Promise<void> {
  const next = fixture.startRuntime();
  for (let round = 0; round < 4; round += 1) {
    fixture.clock.atMs += LEASE_MS + RECONCILE_AFTER_MS;
    await next.runUntilIdle();
  }
}

describe('a process that dies', () => {
  for (const when of ['before', 'after'] as const) {
    it(`at any commit, ${when} it: each message goes out once, the run completes`, async () => {
      await publishPriceFlow(fixture.startRuntime());
      for (let commit = 1; commit <= 8; commit += 1) {
        const id = `${when}${commit}`;
        const life = mortal(commit, when);
        const first = fixture.startRuntime(life.wrap);
        await fixture.accept(first, comment(id, id, 'price'));
        await first.runUntilIdle();
        await recover();
        const kinds = fixture.platform.delivered
          .filter(({ action }) => 'commentId' in action && action.commentId === id)
          .map(({ action }) => action.kind);
        expect([commit, kinds]).toEqual([commit, ['commentReply', 'privateReply']]);
      }
      expect((await fixture.rows('run')).map((row) => row['status'])).toEqual(Array(8).fill('succeeded'));
      expect((await fixture.rows('contact')).map((row) => row['tags'])).toEqual(
        Array.from({ length: 8 }, () => ['a', 'b', 'c']),
      );
      expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual(Array(8).fill('completed'));
    });
  }

  for (const fault of ['dieBefore', 'dieAfter'] as const) {
    it(`in a call (${fault}): finds out what happened and sends once`, async () => {
      await publishPriceFlow(fixture.startRuntime());
      const life = mortal(0, 'before');
      fixture.platform.die = life.die;
      fixture.platform.nextFault = () => (life.hasDied() ? undefined : fault);
      const first = fixture.startRuntime(life.wrap);
      await fixture.accept(first, comment('c1', '7', 'price'));
      await first.runUntilIdle();
      expect(life.hasDied()).toBe(true);
      await recover();
      expect(fixture.platform.delivered.map(({ action }) => action.kind)).toEqual(['commentReply', 'privateReply']);
      expect(fixture.platform.reconciled).toHaveLength(1);
      expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
    });
  }

  it('in a call of which the platform keeps no trace: unknown, for a person, never sent again', async () => {
    await publishPriceFlow(fixture.startRuntime());
    const life = mortal(0, 'before');
    fixture.platform.die = life.die;
    fixture.platform.canReconcile = false;
    fixture.platform.nextFault = () => (life.hasDied() ? undefined : 'dieAfter');
    const first = fixture.startRuntime(life.wrap);
    await fixture.accept(first, comment('c1', '7', 'price'));
    await first.runUntilIdle();
    await recover();
    await recover();
    expect(fixture.platform.delivered).toHaveLength(1);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'unknown' }]);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'failed', error: { code: 'SEND_OUTCOME_UNKNOWN' } }]);
    const [run] = await fixture.rows<{ id: string }>('run');
    const again = fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      retryRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
    );
    await expect(again).rejects.toMatchObject({ code: 'RUN_NOT_RETRYABLE' });
  });
});

describe('a run that is cancelled while its worker is dead', () => {
  it.each([
    [true, 'sent'],
    [false, 'unknown'],
  ])('leaves no message on its way (platform can tell: %s)', async (canReconcile, expected) => {
    await publishPriceFlow(fixture.startRuntime());
    const life = mortal(0, 'before');
    fixture.platform.die = life.die;
    fixture.platform.canReconcile = canReconcile;
    fixture.platform.nextFault = () => (life.hasDied() ? undefined : 'dieAfter');
    const first = fixture.startRuntime(life.wrap);
    await fixture.accept(first, comment('c1', '7', 'price'));
    await first.runUntilIdle();
    const [run] = await fixture.rows<{ id: string }>('run');
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      cancelRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
    );
    for (let round = 0; round < 5; round += 1) await recover();
    expect(await fixture.rows('outbox')).toMatchObject([{ state: expected }]);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'cancelled' }]);
    expect(fixture.platform.delivered).toHaveLength(1);
  });
});

describe('a run that is cancelled in mid-call', () => {
  it('sends nothing more, and what was sent is noted as sent', async () => {
    const runtime = fixture.startRuntime();
    await publishPriceFlow(runtime);
    const { perform } = fixture.platform.platform;
    Object.assign(fixture.platform.platform, {
      perform: async (...args: Parameters<typeof perform>) => {
        const receipt = await perform(...args);
        const [run] = await fixture.rows<{ id: string }>('run');
        await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
          cancelRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
        );
        return receipt;
      },
    });
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'cancelled' }]);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent' }]);
    expect(fixture.platform.delivered).toHaveLength(1);
  });
});

describe('an answer that is lost', () => {
  it('is looked up at the platform later instead of sending again', async () => {
    const runtime = fixture.startRuntime();
    await publishPriceFlow(runtime);
    const faults: (PlatformFault | undefined)[] = ['lostAnswer'];
    fixture.platform.nextFault = () => faults.shift();
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'waiting' }]);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sending' }]);
    fixture.clock.atMs += RECONCILE_AFTER_MS;
    await runtime.runUntilIdle();
    expect(fixture.platform.delivered.map(({ action }) => action.kind)).toEqual(['commentReply', 'privateReply']);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
  });

  it('is looked up again within seconds when the platform is too busy to say, and is unknown within a minute', async () => {
    const runtime = fixture.startRuntime();
    await publishPriceFlow(runtime);
    const faults: (PlatformFault | undefined)[] = ['lostAnswer', undefined, 'lostAnswer'];
    fixture.platform.nextFault = () => faults.shift();
    const { reconcile } = fixture.platform.platform;
    let isBusy = true;
    Object.assign(fixture.platform.platform, {
      reconcile: (...args: Parameters<typeof reconcile>) =>
        isBusy ? Promise.reject(new FlowError('PLATFORM_RATE_LIMITED', 'Too many calls.')) : reconcile(...args),
    });
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    fixture.clock.atMs += RECONCILE_AFTER_MS;
    await runtime.runUntilIdle();
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sending' }]);
    isBusy = false;
    fixture.clock.atMs += 10_000;
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
    // Of the second person's reply the platform keeps no trace.
    fixture.platform.canReconcile = false;
    await fixture.accept(runtime, comment('c2', '8', 'price'));
    await runtime.runUntilIdle();
    for (let elapsedMs = 0; elapsedMs < 50_000; elapsedMs += 5_000) {
      fixture.clock.atMs += 5_000;
      await runtime.runUntilIdle();
    }
    expect(
      (await fixture.rows('outbox')).map((row) => String(row['state'])).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['sent', 'sent', 'unknown']);
  });
});

describe('two workers', () => {
  it('on one database never take turns of one person at once, nor start an event twice', async () => {
    const [one, two] = [fixture.startRuntime(), fixture.startRuntime()];
    await publishPriceFlow(one);
    const ids = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(
      ids.map((index) =>
        fixture.accept(index % 2 === 0 ? one : two, comment(`c${index % 30}`, `${index % 5}`, 'price')),
      ),
    );
    await Promise.all([one.runUntilIdle(), two.runUntilIdle()]);
    const sent = fixture.platform.delivered.map(({ action }) => JSON.stringify(action));
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent).toHaveLength(60);
    expect((await fixture.rows('run')).filter((row) => row['status'] === 'succeeded')).toHaveLength(30);
  });

  it('a worker that lost its lease in mid-turn writes nothing more', async () => {
    const slow = fixture.startRuntime();
    const fast = fixture.startRuntime();
    await publishPriceFlow(slow);
    // While the first call is on its way the lease ends, and another worker takes the subject.
    let isFirst = true;
    const platform = fixture.platform;
    const { perform } = platform.platform;
    Object.assign(platform.platform, {
      perform: async (...args: Parameters<typeof perform>) => {
        if (!isFirst) return perform(...args);
        isFirst = false;
        const receipt = await perform(...args);
        fixture.clock.atMs += LEASE_MS + RECONCILE_AFTER_MS;
        await fast.runUntilIdle();
        return receipt;
      },
    });
    await fixture.accept(slow, comment('c1', '7', 'price'));
    await slow.runUntilIdle();
    expect(platform.delivered.map(({ action }) => action.kind)).toEqual(['commentReply', 'privateReply']);
    expect((await fixture.rows('outbox')).map((row) => row['state'])).toEqual(['sent', 'sent']);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
  });
});

it('a database that fails while it takes an event in makes the sender try again', async () => {
  const runtime = fixture.startRuntime((database) => ({
    ...database,
    pool: Object.assign(Object.create(database.pool), { query: () => Promise.reject(new Error('disk full')) }),
  }));
  await expect(fixture.accept(runtime, comment('c1', '7', 'price'))).rejects.toBeInstanceOf(FlowError);
});
