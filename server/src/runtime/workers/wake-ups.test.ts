import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Runtime } from '../runtime.ts';
import { comment, createRuntimeFixture, nodes, type RuntimeFixture } from '../testing/runtime-fixture.ts';

/** Far less than the hour of the next poll, and more than a busy machine needs. */
const LIMIT_MS = 50_000;

let fixture: RuntimeFixture;
const started: Runtime[] = [];
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  return async () => {
    await Promise.all(started.splice(0).map((runtime) => runtime.stop()));
    await fixture.drop();
  };
});

/** A process that never looks by itself, so only a wake-up can make it take turns. */
function start(roles: { worker: boolean; scheduler: boolean }): Runtime {
  const runtime = fixture.startRuntime(undefined, undefined, { pollMs: 3_600_000 });
  runtime.start(roles);
  started.push(runtime);
  return runtime;
}

describe('processes with roles of their own', () => {
  it('one takes events in and wakes the other, which takes the turns', async () => {
    const server = start({ worker: false, scheduler: false });
    await fixture.publish(server, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
      ['asked.matched', 'reply'],
    ]);
    await fixture.accept(server, comment('c1', '7', 'price'));
    await server.ingest.drain();
    expect(await fixture.rows('inbound_event')).toMatchObject([{ state: 'pending' }]);
    // What came before it was there it finds when it starts.
    start({ worker: true, scheduler: false });
    await vi.waitFor(() => expect(fixture.platform.delivered).toHaveLength(1), LIMIT_MS);
    await vi.waitFor(
      async () =>
        expect(
          (
            await fixture.migrated.database.pool.query(
              `select pid from pg_stat_activity where query = 'listen heddle_work' and datname = current_database()`,
            )
          ).rows,
        ).toHaveLength(1),
      LIMIT_MS,
    );
    for (let index = 2; index <= 6; index += 1) {
      await fixture.accept(server, comment(`c${index}`, `${index}`, 'price'));
      await vi.waitFor(() => expect(fixture.platform.delivered).toHaveLength(index), LIMIT_MS);
    }
  });

  it('listens again when its connection was cut', async () => {
    const server = start({ worker: false, scheduler: false });
    start({ worker: true, scheduler: false });
    await fixture.publish(server, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
      ['asked.matched', 'reply'],
    ]);
    const cut = async (): Promise<number> => {
      const { rows } = await fixture.migrated.database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen heddle_work' and datname = current_database()`,
      );
      return rows.length;
    };
    await vi.waitFor(async () => expect(await cut()).toBe(1), LIMIT_MS);
    await fixture.accept(server, comment('c1', '7', 'price'));
    await vi.waitFor(() => expect(fixture.platform.delivered).toHaveLength(1), LIMIT_MS);
  });
});
