import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { replayEvent } from '../events/replay-event.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import { readFlowStats, readRecentCounts } from '../runs/flow-numbers.ts';
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

const texts = () => textsOf(fixture.platform);
const later = async (ms: number) => {
  fixture.clock.atMs += ms;
  await runtime.runUntilIdle();
};
const say = async (id: string, from: string, text: string, afterMs = 0) => {
  fixture.clock.atMs += afterMs;
  await fixture.accept(runtime, message(id, from, text, fixture.clock.atMs));
  await runtime.runUntilIdle();
};

describe('sending', () => {
  it('is put off to the moment when the limit allows it, in order', async () => {
    fixture.platform.limits = [{ bucket: 'messages', amount: 4, perMs: 60_000 }];
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') }, [
      ['on.matched', 'reply'],
    ]);
    await fixture.accept(
      runtime,
      ...['a', 'b', 'c', 'd'].map((text, index) => comment(`c${index}`, '7', text, START_MS + index)),
    );
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['a']);
    expect((await fixture.rows('outbox')).map((row) => row['state'])).toEqual([
      'sent',
      'planned',
      'planned',
      'planned',
    ]);
    await later(19_999);
    expect(texts()).toHaveLength(1);
    await later(1);
    expect(texts()).toHaveLength(2);
    await later(20_000);
    await later(20_000);
    expect(texts().toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect((await fixture.rows('run')).every((row) => row['status'] === 'succeeded')).toBe(true);
  });

  it('tries again what was certainly not sent, under the same row', async () => {
    fixture.platform.nextFault = () => 'refuseOnce';
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', 'hi', 3) }, [
      ['on.matched', 'reply'],
    ]);
    await fixture.accept(runtime, comment('c1', '7', 'a'));
    await runtime.runUntilIdle();
    await later(2_000);
    expect(texts()).toEqual(['hi']);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('never answers one comment privately twice, from whatever flow', async () => {
    const flow = (word: string) =>
      fixture.publish(runtime, { on: nodes.onStart(), dm: nodes.send('privateReply', word) }, [['on.started', 'dm']]);
    for (const flowId of [await flow('one'), await flow('two')]) {
      await runtime.ingest.accept(fixture.workspaceId, [
        {
          event: { kind: 'core/manual', key: flowId, occurredAtMs: START_MS, data: { commentId: 'c1' } },
          platform: 'core',
          connectionId: null,
          target: { flowId, node: 'on' },
        },
      ]);
    }
    await runtime.runUntilIdle();
    expect(texts()).toHaveLength(1);
    expect((await fixture.rows<{ state: string }>('outbox')).map((row) => row.state).toSorted()).toEqual([
      'refused',
      'sent',
    ]);
    expect(
      (await fixture.rows<{ error: { code: string } | null }>('run'))
        .map((row) => row.error?.code ?? 'none')
        .toSorted(),
    ).toEqual(['SEND_REFUSED', 'none']);
  });

  it('an echo settles a message of unknown outcome', async () => {
    await fixture.publish(runtime, { on: nodes.onMessage('hello'), send: nodes.send('message', 'hi') }, [
      ['on.matched', 'send'],
    ]);
    fixture.platform.canReconcile = false;
    const faults = ['lostAnswer' as const];
    fixture.platform.nextFault = () => faults.shift();
    await say('m1', '7', 'hello');
    await later(10_000);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sending' }]);
    await later(50_000);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'unknown' }]);
    await fixture.accept(runtime, {
      kind: 'instagram/echo',
      key: 'e1',
      occurredAtMs: START_MS + 1,
      contact: { platformId: '7' },
      data: { messageId: 'm99', text: 'hi' },
    });
    await runtime.runUntilIdle();
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent', platform_id: 'm99' }]);
  });
});

describe('faults', () => {
  it('one poisonous event blocks nobody, is set aside after its attempts, and can be replayed', async () => {
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') }, [
      ['on.matched', 'reply'],
    ]);
    // A fault in our own code: looking up the handler of the trigger fails.
    let isBroken = true;
    const broken = fixture.startRuntime(
      (database) => database,
      () => {
        if (isBroken) throw new TypeError('a fault of ours');
      },
    );
    await fixture.accept(broken, comment('c1', '7', 'poison'));
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await broken.runUntilIdle();
      fixture.clock.atMs += 1_250_000;
    }
    isBroken = false;
    expect(await fixture.rows('inbound_event')).toMatchObject([
      { state: 'failed', attempts: 5, reason: expect.stringContaining('unexpected') },
    ]);
    await fixture.accept(broken, comment('c2', '7', 'fine', START_MS + 1));
    await broken.runUntilIdle();
    expect(texts()).toEqual(['fine']);
    const [poison] = await fixture.rows<{ id: string }>('inbound_event');
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      replayEvent(tx, fixture.workspaceId, poison?.id ?? '', fixture.clock.atMs),
    );
    await broken.runUntilIdle();
    expect(texts()).toEqual(['fine', 'poison']);
  });

  it('a cancelled run does nothing more; a failed one goes on from its node without sending twice', async () => {
    const flowId = await fixture.publish(
      runtime,
      {
        on: nodes.onComment(),
        reply: nodes.send('commentReply', 'hi'),
        dm: nodes.send('privateReply', 'psst'),
        tag: nodes.tag('done'),
      },
      [
        ['on.matched', 'reply'],
        ['reply.sent', 'dm'],
        ['dm.sent', 'tag'],
      ],
    );
    const faults = [undefined, 'refuseOnce' as const];
    fixture.platform.nextFault = () => faults.shift();
    await fixture.accept(runtime, comment('c1', '7', 'a'));
    await runtime.runUntilIdle();
    const [run] = await fixture.rows<{ id: string; status: string }>('run');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'PLATFORM_UNAVAILABLE' } });
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      retryRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
    );
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['hi', 'psst']);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded', error: null }]);

    const waiting = await fixture.publish(
      runtime,
      { on: nodes.onMessage('wait'), delay: nodes.delay(1_000), send: nodes.send('message', 'never') },
      [
        ['on.matched', 'delay'],
        ['delay.done', 'send'],
      ],
    );
    await say('m1', '7', 'wait');
    const second = (await fixture.rows<{ id: string; flow_id: string }>('run')).find((row) => row.flow_id === waiting);
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      cancelRun(tx, fixture.workspaceId, second?.id ?? '', fixture.clock.atMs),
    );
    await later(2_000);
    expect(texts()).toEqual(['hi', 'psst']);
    const counts = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      readRecentCounts(tx, [flowId, waiting], fixture.clock.atMs),
    );
    expect([counts.get(flowId), counts.get(waiting)]).toEqual([
      { runs: 1, failed: 1, waiting: 0, sent: 2 },
      { runs: 1, failed: 0, waiting: 0, sent: 0 },
    ]);
    const stats = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      readFlowStats(tx, flowId, 7, fixture.clock.atMs),
    );
    expect(stats['reply']).toEqual({ passed: 1, waiting: 0, failed: 0, sent: 1, ports: { sent: 1 } });
  });

  it('counts exactly while many turns count at once', async () => {
    const flowId = await fixture.publish(runtime, { on: nodes.onComment(), tag: nodes.tag('x') }, [
      ['on.matched', 'tag'],
    ]);
    await fixture.accept(runtime, ...Array.from({ length: 120 }, (_, index) => comment(`c${index}`, `p${index}`, 'a')));
    await runtime.runUntilIdle();
    const counts = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      readRecentCounts(tx, [flowId], fixture.clock.atMs),
    );
    expect(counts.get(flowId)?.runs).toBe(120);
  });

  it('shows no row to another workspace', async () => {
    await fixture.publish(
      runtime,
      { on: nodes.onComment(), reply: nodes.send('commentReply', 'hi'), delay: nodes.delay(1_000) },
      [
        ['on.matched', 'reply'],
        ['reply.sent', 'delay'],
      ],
    );
    await fixture.accept(runtime, comment('c1', '7', 'a'));
    await runtime.runUntilIdle();
    for (const table of [
      'run',
      'node_run',
      'wait',
      'outbox',
      'contact',
      'inbound_event',
      'event_key',
      'subject',
      'node_counter',
      'trigger_subscription',
    ]) {
      const mine = await fixture.rows(table);
      const theirs = await fixture.migrated.database.withWorkspace(
        newId(),
        async (tx) => (await sql`select * from ${sql.table(`heddle.${table}`)}`.execute(tx)).rows,
      );
      expect([table, mine.length > 0, theirs]).toEqual([table, true, []]);
    }
  });
});
