import { FlowError } from '@heddle/schemas';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LEASE_MS } from './mailbox/mailbox.ts';
import { RECONCILE_AFTER_MS } from './outbox/ask-what-happened.ts';
import type { Runtime } from './runtime.ts';
import { freezable, type Freezable } from './testing/freezable.ts';
import { comment, createRuntimeFixture, nodes, type RuntimeFixture } from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
let frozen: Freezable;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  frozen = freezable();
  return () => {
    frozen.thaw();
    return fixture.drop();
  };
});

const publishReply = (runtime: Runtime) =>
  fixture.publish(runtime, { asked: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') }, [
    ['asked.matched', 'reply'],
  ]);

/** Answers to what says `fails` to come now. */
function failWith(onCall: () => FlowError): void {
  const { platform } = fixture.platform;
  const { perform } = platform;
  Object.assign(platform, {
    perform: (...args: Parameters<typeof perform>) => {
      const [action] = args;
      return 'text' in action && action.text === 'fails' ? Promise.reject(onCall()) : perform(...args);
    },
  });
}

describe('a process that is frozen', () => {
  it('as it counts a failure holds up nobody else, and nobody is counted over', async () => {
    const first = fixture.startRuntime(frozen.wrap);
    const other = fixture.startRuntime();
    await publishReply(first);
    const down = new FlowError('PLATFORM_UNAVAILABLE', 'Down.', { details: { sent: false } });
    const counted = async () => (await fixture.rows<{ outcomes: [number, boolean][] }>('breaker'))[0]?.outcomes;
    // After the first failure every call of the account is counted.
    failWith(() => down);
    await fixture.accept(other, comment('c1', '1', 'fails'));
    await other.runUntilIdle();

    failWith(() => {
      frozen.freeze();
      return down;
    });
    await fixture.accept(first, comment('c2', '2', 'fails'));
    const firstIsDone = first.runUntilIdle();
    await frozen.waits;
    await fixture.accept(other, comment('c3', '3', 'Hi'));
    await other.runUntilIdle();
    expect(fixture.platform.delivered).toHaveLength(1);
    expect((await counted())?.map(([, isOk]) => isOk)).toEqual([false, true]);
    frozen.thaw();
    await firstIsDone;
    expect((await counted())?.map(([, isOk]) => isOk)).toEqual([false, true, false]);
  });

  it('as it notes how long the platform wants us to wait: everybody knows, and nobody waits for the process', async () => {
    fixture.platform.limits = [{ bucket: 'send', amount: 100, perMs: 1_000 }];
    const first = fixture.startRuntime(frozen.wrap);
    const other = fixture.startRuntime();
    await publishReply(first);
    const retryAtMs = fixture.clock.atMs + 60_000;
    failWith(() => {
      frozen.freeze();
      return new FlowError('PLATFORM_RATE_LIMITED', 'Slow down.', { retryAtMs, details: { sent: false } });
    });
    await fixture.accept(first, comment('c1', '1', 'fails'));
    const firstIsDone = first.runUntilIdle();
    await vi.waitFor(
      async () => expect((await fixture.rows('budget'))[0]).toMatchObject({ closed_until: expect.any(Date) }),
      10_000,
    );
    await fixture.accept(other, comment('c2', '2', 'Hi'));
    await other.runUntilIdle();
    expect((await fixture.rows('outbox')).find(({ summary }) => summary === 'Hi')).toMatchObject({
      state: 'planned',
      reason: expect.stringContaining('"send" is used up'),
    });
    frozen.thaw();
    await firstIsDone;
  });

  it('in a call asks soon after it goes on, for the call began long ago', async () => {
    const runtime = fixture.startRuntime();
    await publishReply(runtime);
    const { platform } = fixture.platform;
    const { perform } = platform;
    Object.assign(platform, {
      perform: async (...args: Parameters<typeof perform>) => {
        await perform(...args);
        fixture.clock.atMs += 2 * RECONCILE_AFTER_MS;
        throw new FlowError('PLATFORM_UNAVAILABLE', 'No answer within 10000 ms.', { details: { sent: true } });
      },
    });
    await fixture.accept(runtime, comment('c1', '1', 'Hi'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sending' }]);
    // What left as it went on may still be on its way.
    fixture.clock.atMs += 6_000;
    await runtime.runUntilIdle();
    expect(fixture.platform.reconciled).toHaveLength(0);
    fixture.clock.atMs += 1_000;
    await runtime.runUntilIdle();
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent' }]);
    expect(fixture.platform.delivered).toHaveLength(1);
  });

  it('before a call it had announced says so when it goes on, and whoever has the run now makes the call', async () => {
    // The platform cannot tell a call that never came from one that is late.
    fixture.platform.canReconcile = false;
    let isFirst = true;
    const first = fixture.startRuntime(frozen.wrap, undefined, {
      onMoment: (moment) => {
        if (!isFirst || moment.kind !== 'beforeRecord' || moment.outbox[0]?.state !== 'sending') return;
        isFirst = false;
        frozen.freeze();
      },
    });
    const other = fixture.startRuntime();
    await publishReply(first);
    await fixture.accept(first, comment('c1', '1', 'Hi'));
    const firstIsDone = first.runUntilIdle();
    await vi.waitFor(async () => expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sending' }]), 30_000);
    fixture.clock.atMs += LEASE_MS;
    await other.runUntilIdle();
    fixture.clock.atMs += RECONCILE_AFTER_MS - LEASE_MS;
    await other.runUntilIdle();
    expect(fixture.platform.reconciled).toHaveLength(1);

    const realNow = performance.now.bind(performance);
    const now = vi.spyOn(performance, 'now').mockImplementation(() => realNow() + RECONCILE_AFTER_MS);
    onTestFinished(() => now.mockRestore());
    frozen.thaw();
    await firstIsDone;
    expect(fixture.platform.delivered).toHaveLength(0);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'planned', attempts: 1 }]);
    fixture.clock.atMs += 8_000;
    await other.runUntilIdle();
    expect(fixture.platform.delivered).toHaveLength(1);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent', attempts: 2 }]);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
  });
});
