import { FlowError } from '@heddle/schemas';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { MIN_FAILURES } from './gateway/breaker-state.ts';
import type { Runtime } from './runtime.ts';
import { comment, createRuntimeFixture, nodes, type RuntimeFixture } from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
let runtime: Runtime;
/** Calls that reached the platform. */
let calls: number;
let isDown: boolean;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  calls = 0;
  isDown = true;
  const { platform } = fixture.platform;
  const { perform } = platform;
  Object.assign(platform, {
    perform: (...args: Parameters<typeof perform>) => {
      calls += 1;
      return isDown
        ? Promise.reject(new FlowError('PLATFORM_UNAVAILABLE', 'Down.', { details: { sent: false } }))
        : perform(...args);
    },
  });
  await fixture.publish(
    runtime,
    { asked: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') },
    [['asked.matched', 'reply']],
  );
  return () => fixture.drop();
});

const people = async (on: Runtime, from: number, count: number): Promise<void> => {
  for (let index = from; index < from + count; index += 1)
    await fixture.accept(on, comment(`c${index}`, `${index}`, `${index}`, fixture.clock.atMs));
  await on.runUntilIdle();
};
const statuses = async () => (await fixture.rows<{ status: string }>('run')).map((run) => run.status);
const reason = async () => (await fixture.rows('connection'))[0]?.['status_reason'];

/** The runtime takes turns side by side, so failures of calls under way come after the pause began. */
async function breakDown(): Promise<void> {
  for (let index = 0; index < MIN_FAILURES; index += 1) await people(runtime, index, 1);
}

describe('a platform that fails again and again', () => {
  it('pauses sending for all workers, says so, probes once, and sends everything when it works again', async () => {
    await breakDown();
    expect(await reason()).toMatch(/^Sending is paused: the platform failed 20 times/);
    expect((await fixture.rows('member_notice')).map((row) => row['text'])).toEqual([
      expect.stringContaining('@shop: Sending is paused'),
    ]);
    expect(calls).toBe(MIN_FAILURES);

    // Another process knows: nothing goes out, nothing fails, nothing is lost.
    const other = fixture.startRuntime();
    await people(other, 100, 10);
    expect(calls).toBe(MIN_FAILURES);
    expect((await statuses()).filter((status) => status === 'waiting')).toHaveLength(10);

    // One probe only, however many wait; it fails, so the pause doubles.
    fixture.clock.atMs += 30_000;
    await other.runUntilIdle();
    expect(calls).toBe(MIN_FAILURES + 1);
    fixture.clock.atMs += 30_000;
    await other.runUntilIdle();
    expect(calls).toBe(MIN_FAILURES + 1);

    isDown = false;
    for (let second = 0; second < 45; second += 1) {
      fixture.clock.atMs += 1_000;
      await other.runUntilIdle();
    }
    expect((await statuses()).filter((status) => status === 'succeeded')).toHaveLength(9);
    expect(fixture.platform.delivered).toHaveLength(9);
    expect(await reason()).toBeNull();
    expect(await fixture.rows('breaker')).toEqual([]);
    expect(await fixture.rows('member_notice')).toHaveLength(2);
  });

  it('costs a send that waits none of its tries, however long it takes', async () => {
    await breakDown();
    await people(runtime, 100, 1);
    // A probe of somebody else fails each time; the one that waits is never let through.
    for (let pause = 0; pause < 40; pause += 1) {
      const retryAt = new Date(fixture.clock.atMs + 60_000);
      await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
        sql`update heddle.breaker set retry_at = ${retryAt}`.execute(tx),
      );
      fixture.clock.atMs += 59_000;
      await runtime.runUntilIdle();
    }
    expect((await statuses()).at(-1)).toBe('waiting');
    isDown = false;
    fixture.clock.atMs += 120_000;
    await runtime.runUntilIdle();
    expect((await statuses()).at(-1)).toBe('succeeded');
  });

  it('is not one that refuses: refusals never pause the others', async () => {
    const { platform } = fixture.platform;
    Object.assign(platform, {
      perform: () => Promise.reject(new FlowError('PLATFORM_REFUSED', 'No.', { details: { sent: false } })),
    });
    await people(runtime, 0, 30);
    expect(await reason()).toBeNull();
    expect(await fixture.rows('breaker')).toEqual([]);
  });
});
