import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../database/index.ts';
import type { Runtime } from './runtime.ts';
import { mortal } from './testing/mortal.ts';
import {
  comment,
  createRuntimeFixture,
  message,
  nodes,
  START_MS,
  textsOf,
  type RuntimeFixture,
} from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
let running: Runtime[];
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  running = [];
  return async () => {
    for (const runtime of running) await runtime.stop();
    await fixture.drop();
  };
});

/** Waits for what can be seen from outside, as long as a busy machine may take. */
const until = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 30_000, interval: 10 });

/** Names of the statements that a process made, in order; `onCall` may hold one up. */
function watched(calls: string[], onCall: (name: string) => Promise<void> | void = () => undefined) {
  return (database: Database): Database => ({
    ...database,
    // Only `query` is used by the runtime, and `connect` to listen.
    pool: Object.assign(Object.create(database.pool), {
      query: async (query: { name?: string }, values?: unknown[]) => {
        const name = query.name ?? '';
        await onCall(name);
        const answer = await database.pool.query(query as Parameters<typeof database.pool.query>[0], values);
        calls.push(name);
        return answer;
      },
      connect: () => database.pool.connect(),
    }),
  });
}

/** A process that takes turns and has looked once, so it knows that nothing waits. */
async function work(
  wrap: (database: Database) => Database,
  calls: readonly string[],
  options: { concurrency?: number } = {},
): Promise<Runtime> {
  const runtime = fixture.startRuntime(wrap, undefined, { pollMs: 60_000, ...options });
  running.push(runtime);
  runtime.start({ worker: true, scheduler: false });
  await until(() => expect(calls).toContain('heddle-claim'));
  return runtime;
}

const publishReply = (runtime: Runtime) =>
  fixture.publish(runtime, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
    ['asked.matched', 'reply'],
  ]);
const states = async (table: string, column: string) => (await fixture.rows(table)).map((row) => row[column]);

describe('a process that takes events in and takes turns', () => {
  it('begins the turn with the commit of the event: nothing is claimed or loaded besides', async () => {
    const calls: string[] = [];
    const runtime = await work(watched(calls), calls);
    await publishReply(runtime);
    calls.length = 0;
    await fixture.accept(
      runtime,
      comment('c1', '1', 'price'),
      comment('c2', '2', 'price'),
      comment('c3', '2', 'price'),
    );
    await until(async () => expect(await states('run', 'status')).toEqual(Array(3).fill('succeeded')));
    expect(fixture.platform.delivered).toHaveLength(3);
    expect(calls[0]).toBe('heddle-ingest');
    expect(calls).not.toContain('heddle-claim');
    expect(calls).not.toContain('heddle-load-turn');
    await until(async () => expect(await states('subject', 'lease_until')).toEqual([null, null]));
    expect(await states('inbound_event', 'state')).toEqual(Array(3).fill('completed'));
  });

  it('leaves to others what it has no places for, and nobody is forgotten', async () => {
    const calls: string[] = [];
    const runtime = await work(watched(calls), calls, { concurrency: 4 });
    await publishReply(runtime);
    const people = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await fixture.accept(runtime, ...people.map((person) => comment(person, person, 'price')));
    await until(async () => expect(await states('run', 'status')).toEqual(Array(20).fill('succeeded')));
    expect(fixture.platform.delivered).toHaveLength(20);
    // Three of four places were given with the commit, the others found by claims.
    expect(calls).toContain('heddle-load-turn');
  });

  it('does not touch somebody whose turn another worker has, who goes on with the new event', async () => {
    const calls: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let isFirst = true;
    const runtime = await work(
      watched(calls, (name) => {
        if (name !== 'heddle-checkpoint' || !isFirst) return;
        isFirst = false;
        return held;
      }),
      calls,
    );
    await fixture.publish(
      runtime,
      { wrote: nodes.onMessage(), reply: nodes.send('message', 'Hi {{ trigger.text }}') },
      [['wrote.matched', 'reply']],
    );
    await fixture.accept(runtime, message('m1', '1', 'one', START_MS));
    await until(() => expect(isFirst).toBe(false));
    const [before] = await states('subject', 'fence');
    await fixture.accept(runtime, message('m2', '1', 'two', START_MS + 1));
    expect(await states('subject', 'fence')).toEqual([before]);
    release();
    await until(async () => expect(await states('run', 'status')).toEqual(['succeeded', 'succeeded']));
    expect(textsOf(fixture.platform)).toEqual(['Hi one', 'Hi two']);
  });

  it('that dies right after the commit loses nothing: the lease ends and another worker answers once', async () => {
    const calls: string[] = [];
    const life = mortal(1, 'before');
    const runtime = await work((database) => life.wrap(watched(calls)(database)), calls);
    await publishReply(fixture.startRuntime());
    await fixture.accept(runtime, comment('c1', '1', 'price'));
    await until(() => expect(life.hasDied()).toBe(true));
    const other = fixture.startRuntime();
    await other.runUntilIdle();
    expect(fixture.platform.delivered).toHaveLength(0);
    fixture.clock.atMs += 16_000;
    await other.runUntilIdle();
    expect(fixture.platform.delivered).toHaveLength(1);
    expect(await states('run', 'status')).toEqual(['succeeded']);
  });

  it('leaves the lease of a dead worker to a claim, which counts the death', async () => {
    const life = mortal(1, 'before');
    const first = fixture.startRuntime(life.wrap);
    await publishReply(first);
    await fixture.accept(first, comment('c1', '1', 'price'));
    await first.runUntilIdle();
    expect(life.hasDied()).toBe(true);
    fixture.clock.atMs += 16_000;
    const calls: string[] = [];
    let crashes: unknown;
    const second = fixture.startRuntime(
      watched(calls, async (name) => {
        if (name === 'heddle-checkpoint') crashes ??= (await states('subject', 'crashes'))[0];
      }),
    );
    await fixture.accept(second, comment('c2', '1', 'price'));
    await second.runUntilIdle();
    expect(crashes).toBe(1);
    expect(fixture.platform.delivered).toHaveLength(2);
  });

  it('that is stopped between the two gives the turn back at once', async () => {
    const calls: string[] = [];
    let committed = (): void => undefined;
    const isCommitted = new Promise<void>((resolve) => (committed = resolve));
    const runtime = await work(
      watched(calls, (name) => {
        if (name === 'heddle-ingest') committed();
      }),
      calls,
    );
    await publishReply(runtime);
    const accepted = fixture.accept(runtime, comment('c1', '1', 'price'));
    await isCommitted;
    const stopped = runtime.stop();
    await Promise.all([accepted, stopped]);
    const other = fixture.startRuntime();
    await until(async () => {
      await other.runUntilIdle();
      expect(fixture.platform.delivered).toHaveLength(1);
    });
  });
});
