import { sql } from 'kysely';
import pg from 'pg';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Database } from '../database/index.ts';
import { comment, createRuntimeFixture, message, nodes, type RuntimeFixture } from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  return () => fixture.drop();
});

const people = Array.from({ length: 12 }, (_, index) => `p${index}`);
const targets = () =>
  fixture.platform.delivered.map(({ action }) => ('commentId' in action ? action.commentId : action.kind)).toSorted();

/** Does something before the first checkpoint of several turns. @returns The database, and how many turns each checkpoint held. */
function beforeFirstGroup(database: Database, work: (subjects: string[]) => Promise<void>, sizes: number[]): Database {
  let isFirst = true;
  return {
    ...database,
    // Only `query` is used by the runtime.
    pool: Object.assign(Object.create(database.pool), {
      query: async (query: { name?: string; values?: unknown[] }) => {
        if (query.name === 'heddle-checkpoint') {
          // The fourth parameter are the turns.
          const { rows } = await fixture.migrated.database.pool.query<{ subject: string }>(
            'select subject from heddle.unpack($1::heddle.turn_rows)',
            [query.values?.[3]],
          );
          sizes.push(rows.length);
          if (isFirst && rows.length > 1) {
            isFirst = false;
            await work(rows.map(({ subject }) => subject));
          }
        }
        return database.pool.query(query as Parameters<typeof database.pool.query>[0]);
      },
    }),
  };
}

describe('turns that are written together', () => {
  it('do not suffer from one whose mailbox another worker took', async () => {
    const sizes: number[] = [];
    let stolen = '';
    const steal = async (subjects: string[]): Promise<void> => {
      stolen = subjects[3] ?? '';
      await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
        sql`update heddle.subject set fence = nextval('heddle.subject_fence') where key = ${stolen}`.execute(tx),
      );
    };
    const runtime = fixture.startRuntime((database) => beforeFirstGroup(database, steal, sizes));
    await fixture.publish(runtime, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
      ['asked.matched', 'reply'],
    ]);
    await fixture.accept(runtime, ...people.map((person) => comment(person, person, 'price')));
    await runtime.runUntilIdle();
    expect(sizes[0]).toBe(people.length);
    expect(targets()).toEqual(people.filter((person) => !stolen.endsWith(`:${person}`)).toSorted());
    // Whoever took it died.
    fixture.clock.atMs += 60_000;
    await runtime.runUntilIdle();
    expect(targets()).toEqual(people.toSorted());
    expect(await fixture.rows('run')).toHaveLength(people.length);
  });

  it('do not suffer from one that Postgres refuses', async () => {
    const sizes: number[] = [];
    const runtime = fixture.startRuntime((database) => beforeFirstGroup(database, () => Promise.resolve(), sizes));
    await fixture.publish(runtime, { wrote: nodes.onMessage(), reply: nodes.send('privateReply', 'Hi') }, [
      ['wrote.matched', 'reply'],
    ]);
    // What the first turn would otherwise have to wait for.
    await runtime.rules.get(fixture.workspaceId);
    // Five people name the same comment, which may be answered in private once.
    const events = people.map((person, index) => {
      const event = message(person, person, 'price');
      return { ...event, data: { ...event.data, commentId: index < 5 ? 'same' : person } };
    });
    await fixture.accept(runtime, ...events);
    await runtime.runUntilIdle();
    expect(sizes[0]).toBe(people.length);
    expect(targets()).toEqual([...people.slice(5), 'same'].toSorted());
    const outbox = await fixture.rows<{ state: string }>('outbox');
    expect(outbox.filter(({ state }) => state === 'refused')).toHaveLength(4);
  });

  it('draw from a limit as many as it allows; the others come back when it allows more', async () => {
    const sizes: number[] = [];
    const runtime = fixture.startRuntime((database) => beforeFirstGroup(database, () => Promise.resolve(), sizes));
    await fixture.publish(runtime, { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi') }, [
      ['asked.matched', 'reply'],
    ]);
    // Four at once, then sixteen a second.
    fixture.platform.limits = [
      { bucket: 'replies', amount: 20, perMs: 1_000 },
      { bucket: 'all', amount: 1_000, perMs: 1_000 },
    ];
    await fixture.accept(runtime, ...people.map((person) => comment(person, person, 'price')));
    await runtime.runUntilIdle();
    expect(sizes[0]).toBe(people.length);
    expect(targets()).toHaveLength(4);
    // Those that were put off draw from no limit.
    const budget = await fixture.rows<{ bucket: string; tokens: number }>('budget');
    expect(budget.find(({ bucket }) => bucket === 'all')?.tokens).toBe(196);
    const due = (await fixture.rows<{ due_at: Date }>('wait')).map((row) => row.due_at.getTime());
    // 1/16 s apart, so they do not all come back for one place.
    expect(new Set(due).size).toBe(8);
    fixture.clock.atMs += 125;
    await runtime.runUntilIdle();
    expect(targets()).toHaveLength(6);
    fixture.clock.atMs += 1_000;
    for (let round = 0; round < 4; round += 1) {
      await runtime.runUntilIdle();
      fixture.clock.atMs += 1_000;
    }
    expect(targets()).toEqual(people.toSorted());
  });

  it('are written again when somebody else changes one of their rows in the same instant', async () => {
    const owner = new pg.Client({ connectionString: fixture.migrated.ownerUrl });
    await owner.connect();
    const codes: unknown[] = [];
    let isFirst = true;
    try {
      const runtime = fixture.startRuntime((database) => ({
        ...database,
        // Only `query` is used by the runtime.
        pool: Object.assign(Object.create(database.pool), {
          query: async (query: { name?: string; values?: unknown[] }) => {
            const isOutcome = query.values?.some((value) => Buffer.isBuffer(value) && value.includes('succeeded'));
            if (!isFirst || query.name !== 'heddle-checkpoint' || !isOutcome)
              return database.pool.query(query as Parameters<typeof database.pool.query>[0]);
            isFirst = false;
            // The message and the person are found as they are, but cannot be changed before this has ended.
            await owner.query('begin');
            await owner.query(`update heddle.contact set taken_over_until = now()`);
            await owner.query(`update heddle.outbox set reason = 'echoed'`);
            const written = database.pool
              .query(query as Parameters<typeof database.pool.query>[0])
              .catch((error: { code?: string }) => {
                codes.push(error.code);
                throw error;
              });
            await vi.waitFor(async () => {
              const { rows } = await owner.query(
                `select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`,
              );
              expect(rows).not.toEqual([]);
            }, 20_000);
            await owner.query('commit');
            return written;
          },
        }),
      }));
      await fixture.publish(
        runtime,
        { asked: nodes.onComment(), reply: nodes.send('commentReply', 'Hi'), tag: nodes.tag('answered') },
        [
          ['asked.matched', 'reply'],
          ['reply.sent', 'tag'],
        ],
      );
      await fixture.accept(runtime, ...people.slice(0, 3).map((person) => comment(person, person, 'price')));
      await runtime.runUntilIdle();
    } finally {
      await owner.end();
    }
    expect(codes).toEqual(['HD002']);
    expect(fixture.platform.delivered).toHaveLength(3);
    expect(await fixture.rows('outbox')).toMatchObject(people.slice(0, 3).map(() => ({ state: 'sent', reason: null })));
    expect(await fixture.rows('contact')).toMatchObject(people.slice(0, 3).map(() => ({ tags: ['answered'] })));
    expect(await fixture.rows('run')).toMatchObject(
      people.slice(0, 3).map(() => ({ status: 'succeeded', snapshot_version: 2 })),
    );
  });
});

describe('a run whose workers die again and again', () => {
  it('is not set aside while it gets further each time', async () => {
    const texts = Array.from({ length: 9 }, (_, index) => `t${index}`);
    await fixture.publish(
      fixture.startRuntime(),
      {
        asked: nodes.onComment(),
        ...Object.fromEntries(texts.map((text) => [text, nodes.send('commentReply', text)])),
      },
      texts.map((text, index) => [index === 0 ? 'asked.matched' : `t${index - 1}.sent`, text]),
    );
    await fixture.accept(fixture.startRuntime(), comment('c1', '7', 'price'));
    for (let life = 0; life < 30; life += 1) {
      let checkpoints = 0;
      let isDead = false;
      // Each process lives long enough for a step, then hangs without a word.
      const runtime = fixture.startRuntime((database) => ({
        ...database,
        withWorkspace: (id, work) => (isDead ? new Promise(() => undefined) : database.withWorkspace(id, work)),
        pool: Object.assign(Object.create(database.pool), {
          query: (query: { name?: string }) => {
            if (query.name === 'heddle-checkpoint') checkpoints += 1;
            isDead ||= checkpoints > 1;
            return isDead
              ? new Promise(() => undefined)
              : database.pool.query(query as Parameters<typeof database.pool.query>[0]);
          },
        }),
      }));
      const died = new Promise<void>((resolve) => {
        const look = (): void => void (isDead ? resolve() : setImmediate(look));
        look();
      });
      await Promise.race([runtime.runUntilIdle(), died]);
      // The lease ends; what was on its way is asked about.
      fixture.clock.atMs += 60_000;
    }
    await fixture.startRuntime().runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
    expect(fixture.platform.delivered).toHaveLength(texts.length);
  });
});
