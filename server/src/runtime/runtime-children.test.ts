import type { JsonObject } from '@heddle/schemas';
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { cancelRun } from '../runs/cancel-run.ts';
import { retryRun } from '../runs/retry-run.ts';
import type { Runtime } from './runtime.ts';
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
let runtime: Runtime;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  return () => fixture.drop();
});

interface RunRow {
  readonly id: string;
  readonly status: string;
  readonly subject: string;
  readonly parent_run_id: string | null;
  readonly child_index: number | null;
  readonly snapshot: { readonly outputs: Record<string, { readonly output: JsonObject }> };
  readonly error: { readonly code: string } | null;
}
const runs = () => fixture.rows<RunRow>('run');
const parents = async () => (await runs()).filter((run) => run.parent_run_id === null);
const children = async () => (await runs()).filter((run) => run.parent_run_id !== null);
const texts = () => textsOf(fixture.platform);
const inWorkspace = <T>(work: Parameters<typeof fixture.migrated.database.withWorkspace<T>>[1]) =>
  fixture.migrated.database.withWorkspace(fixture.workspaceId, work);

describe('for each, about a person', () => {
  it('sends for one item after the other, in order, in the mailbox of the person', async () => {
    await fixture.publish(
      runtime,
      {
        asked: nodes.onComment(),
        each: nodes.forEach(['a', 'b', 'c'], 3),
        reply: nodes.send('commentReply', 'Item {{ nodes.each.item }}'),
        end: nodes.send('commentReply', 'Done {{ nodes.each.succeeded }}'),
      },
      [
        ['asked.matched', 'each'],
        ['each.each', 'reply'],
        ['each.done', 'end'],
      ],
    );
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Item a', 'Item b', 'Item c', 'Done 3']);
    expect(await parents()).toMatchObject([{ status: 'succeeded' }]);
    const below = await children();
    expect(below.map((run) => [run.child_index, run.status])).toEqual([
      [0, 'succeeded'],
      [1, 'succeeded'],
      [2, 'succeeded'],
    ]);
    expect(new Set((await runs()).map((run) => run.subject)).size).toBe(1);
    const counted = await fixture.rows<{ node: string; what: string; amount: string }>('node_counter');
    const sum = (what: string) =>
      counted.reduce((total, row) => total + (row.node === '' && row.what === what ? Number(row.amount) : 0), 0);
    expect([sum('started'), sum('succeeded'), sum('sent')]).toEqual([1, 1, 4]);
  });

  it('takes an answer inside of an item, and goes on with the next', async () => {
    await fixture.publish(
      runtime,
      {
        wrote: nodes.onMessage('start'),
        each: nodes.forEach(['size', 'colour']),
        ask: nodes.ask(),
        end: nodes.send('message', '{{ nodes.each.results[0].output.text }}, {{ nodes.each.results[1].output.text }}'),
      },
      [
        ['wrote.matched', 'each'],
        ['each.each', 'ask'],
        ['each.done', 'end'],
      ],
    );
    for (const [index, text] of ['start', 'Large', 'Red'].entries()) {
      await fixture.accept(runtime, message(`m${index}`, '7', text, START_MS + index));
      await runtime.runUntilIdle();
    }
    expect(fixture.platform.delivered.map(({ action }) => action)).toMatchObject([{ message: { text: 'Large, Red' } }]);
    expect((await runs()).map((run) => run.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });

  it('is cancelled with its items, by a person and by its policy', async () => {
    const flow = {
      asked: nodes.onComment(),
      each: nodes.forEach(['a', 'b', 'c'], 2),
      wait: nodes.delay(60_000),
      reply: nodes.send('commentReply', 'Late'),
    };
    const edges: [string, string][] = [
      ['asked.matched', 'each'],
      ['each.each', 'wait'],
      ['wait.done', 'reply'],
    ];
    await fixture.publish(runtime, flow, edges, { contactPolicy: 'restart' });
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    await fixture.accept(runtime, comment('c2', '7', 'price', START_MS + 1));
    await runtime.runUntilIdle();
    expect((await parents()).map((run) => run.status)).toEqual(['cancelled', 'waiting']);
    expect((await children()).map((run) => run.status)).toEqual(['cancelled', 'cancelled', 'waiting', 'waiting']);
    const active = (await parents())[1]?.id ?? '';
    await inWorkspace((tx) => cancelRun(tx, fixture.workspaceId, active, fixture.clock.atMs));
    fixture.clock.atMs += 120_000;
    await runtime.runUntilIdle();
    expect((await runs()).map((run) => run.status)).toEqual(Array(6).fill('cancelled'));
    expect(await fixture.rows('wait')).toEqual([]);
    expect(texts()).toEqual([]);
  });

  it('goes on when a person cancels one item', async () => {
    await fixture.publish(
      runtime,
      {
        asked: nodes.onComment(),
        each: nodes.forEach(['a', 'b'], 1),
        wait: nodes.delay(1_000),
        end: nodes.send('commentReply', 'Done {{ nodes.each.succeeded }} {{ nodes.each.failed }}'),
      },
      [
        ['asked.matched', 'each'],
        ['each.each', 'wait'],
        ['each.done', 'end'],
      ],
    );
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    const [first] = await children();
    await inWorkspace((tx) => cancelRun(tx, fixture.workspaceId, first?.id ?? '', fixture.clock.atMs));
    await runtime.runUntilIdle();
    fixture.clock.atMs += 1_000;
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Done 1 1']);
  });
});

describe('for each, about nobody', () => {
  const publishScan = (concurrency: number, items: string[], onFailure: 'stop' | 'collect' = 'collect') =>
    fixture.publish(
      runtime,
      {
        start: nodes.onStart(),
        each: nodes.forEach(items, concurrency, onFailure),
        wait: nodes.delay(1_000),
        note: nodes.note('{{ nodes.each.item }}'),
        end: nodes.note('end {{ nodes.each.succeeded }}'),
      },
      [
        ['start.started', 'each'],
        ['each.each', 'wait'],
        ['wait.done', 'note'],
        ['each.done', 'end'],
      ],
    );

  it('gives each item a mailbox of its own, never more at a time than allowed, and leaves no mailbox behind', async () => {
    const flowId = await publishScan(3, [...'abcdefg']);
    await fixture.startByHand(runtime, flowId);
    const active: number[] = [];
    for (let second = 0; second < 5; second += 1) {
      await runtime.runUntilIdle();
      active.push((await children()).filter((run) => run.status === 'waiting').length);
      fixture.clock.atMs += 1_000;
    }
    expect(active).toEqual([3, 3, 1, 0, 0]);
    expect(fixture.pureRuns).toHaveLength(8);
    expect(fixture.pureRuns.at(-1)).toBe('end 7');
    const below = await children();
    expect(new Set(below.map((run) => run.subject)).size).toBe(7);
    expect(below.map((run) => Number(run.child_index)).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await fixture.rows('subject')).toEqual([]);
    expect(await parents()).toMatchObject([{ status: 'succeeded' }]);
  });

  it('ends every item with the run, whatever mailbox it has', async () => {
    const flowId = await publishScan(2, [...'abcd']);
    await fixture.startByHand(runtime, flowId);
    await runtime.runUntilIdle();
    const [parent] = await parents();
    await inWorkspace((tx) => cancelRun(tx, fixture.workspaceId, parent?.id ?? '', fixture.clock.atMs));
    fixture.clock.atMs += 10_000;
    await runtime.runUntilIdle();
    expect((await runs()).map((run) => run.status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(fixture.pureRuns).toEqual([]);
    expect(await fixture.rows('subject')).toEqual([]);
  });

  it('retries neither an item nor a run whose items sent something', async () => {
    const flowId = await fixture.publish(
      runtime,
      {
        start: nodes.onStart(),
        each: nodes.forEach(['a'], 1, 'stop'),
        reply: nodes.send('commentReply', 'Hi'),
        bad: nodes.send('commentReply', 'No'),
      },
      [
        ['start.started', 'each'],
        ['each.each', 'reply'],
        ['reply.sent', 'bad'],
      ],
    );
    const { platform } = fixture.platform;
    const { perform } = platform;
    Object.assign(platform, {
      perform: (...args: Parameters<typeof perform>) =>
        JSON.stringify(args[0]).includes('"No"') ? Promise.reject(new Error('broken')) : perform(...args),
    });
    fixture.platform.canReconcile = false;
    await fixture.startByHand(runtime, flowId);
    for (let round = 0; round < 5; round += 1) {
      await runtime.runUntilIdle();
      fixture.clock.atMs += 60_000;
    }
    const [parent] = await parents();
    const [child] = await children();
    expect([parent?.error?.code, child?.error?.code]).toEqual(['RUN_CHILD_FAILED', 'SEND_OUTCOME_UNKNOWN']);
    for (const id of [parent?.id ?? '', child?.id ?? ''])
      await expect(
        inWorkspace((tx) => retryRun(tx, fixture.workspaceId, id, fixture.clock.atMs)),
      ).rejects.toMatchObject({ code: 'RUN_NOT_RETRYABLE' });
  });
});

describe('a flow that is called', () => {
  const publishCaller = (flow: string) =>
    fixture.publish(
      runtime,
      {
        asked: nodes.onComment(),
        call: nodes.call(flow, { colour: 'red' }),
        end: nodes.send('commentReply', 'Back with {{ nodes.call.output.platformId }}'),
      },
      [
        ['asked.matched', 'call'],
        ['call.done', 'end'],
      ],
    );

  it('runs its live version for the same person and gives back what its last node put out', async () => {
    await publishCaller('Helper');
    await fixture.publish(
      runtime,
      { start: nodes.onStart(), reply: nodes.send('commentReply', 'Helping with {{ trigger.data.colour }}') },
      [['start.started', 'reply']],
      undefined,
      'Helper',
    );
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Helping with red', 'Back with m1']);
    expect((await runs()).map((run) => run.status)).toEqual(['succeeded', 'succeeded']);
  });

  it('that is not live fails the call, not the mailbox', async () => {
    await publishCaller('Nobody');
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await runs()).toMatchObject([{ status: 'failed', error: { code: 'RUN_CHILD_FAILED' } }]);
  });

  it('and calls itself comes to an end', async () => {
    await fixture.publish(
      runtime,
      { start: nodes.onComment(), call: nodes.call('Snake') },
      [['start.matched', 'call']],
      undefined,
      'Snake',
    );
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await runs()).toHaveLength(11);
    expect((await runs()).at(-1)).toMatchObject({ status: 'failed', error: { code: 'RUN_DEPTH_LIMIT' } });
    expect(await parents()).toMatchObject([{ status: 'failed' }]);
  });
});

it('an end that a run was told is never told again', async () => {
  const flowId = await fixture.publish(
    runtime,
    { start: nodes.onStart(), each: nodes.forEach(['a', 'b'], 1), note: nodes.note('{{ nodes.each.item }}') },
    [
      ['start.started', 'each'],
      ['each.each', 'note'],
    ],
  );
  await fixture.startByHand(runtime, flowId);
  await runtime.runUntilIdle();
  const { rows } = await inWorkspace((tx) =>
    sql<{
      count: number;
    }>`select count(*)::integer as count from heddle.run where parent_run_id is not null and not is_reported`.execute(
      tx,
    ),
  );
  expect(rows).toEqual([{ count: 0 }]);
  expect(fixture.pureRuns).toEqual(['a', 'b']);
});
