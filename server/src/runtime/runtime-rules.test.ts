import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { replayEvent } from '../events/replay-event.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import { readFlowStats, readRecentCounts } from '../runs/flow-numbers.ts';
import { retryRun } from '../runs/retry-run.ts';
import type { Runtime } from './runtime.ts';
import { comment, createRuntimeFixture, message, nodes, START_MS, type RuntimeFixture } from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
let runtime: Runtime;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  return () => fixture.drop();
});

const texts = () => fixture.platform.delivered.map(({ action }) => ('message' in action && action.message.kind === 'text' ? action.message.text : 'text' in action ? action.text : action.kind));
const later = async (ms: number) => {
  fixture.clock.atMs += ms;
  await runtime.runUntilIdle();
};
const say = async (id: string, from: string, text: string, afterMs = 0) => {
  fixture.clock.atMs += afterMs;
  await fixture.accept(runtime, message(id, from, text, fixture.clock.atMs));
  await runtime.runUntilIdle();
};

describe('waits', () => {
  it('fires a timer when its time has come, once, and not before', async () => {
    await fixture.publish(runtime, { on: nodes.onMessage('start it'), delay: nodes.delay(3_600_000), send: nodes.send('message', 'An hour later') }, [['on.matched', 'delay'], ['delay.done', 'send']]);
    await say('m1', '7', 'start it');
    await later(3_599_999);
    expect(texts()).toEqual([]);
    await later(1);
    await later(3_600_000);
    expect(texts()).toEqual(['An hour later']);
  });

  it('joins the parts of an answer, times out, and answers the question asked last', async () => {
    await fixture.publish(
      runtime,
      { on: nodes.onMessage('ask me'), ask: nodes.ask(60_000, 3_000), got: nodes.send('message', 'Got {{ nodes.ask.text | replace: "\n", "+" }}'), late: nodes.send('message', 'Too late') },
      [['on.matched', 'ask'], ['ask.replied', 'got'], ['ask.timeout', 'late']],
    );
    await say('m1', '7', 'ask me');
    await say('m2', '7', 'one', 1_000);
    await say('m3', '7', 'two', 1_000);
    expect(texts()).toEqual([]);
    await later(3_000);
    expect(texts()).toEqual(['Got one+two']);
    await say('m4', '8', 'ask me');
    await later(60_000);
    expect(texts()).toEqual(['Got one+two', 'Too late']);
  });

  it('keeps an answer that arrives before the question is stored, whatever the order of delivery', async () => {
    await fixture.publish(runtime, { on: nodes.onComment(), dm: nodes.send('privateReply', 'Size?'), ask: nodes.ask(), got: nodes.send('message', 'Got {{ nodes.ask.text }}') }, [['on.matched', 'dm'], ['dm.sent', 'ask'], ['ask.replied', 'got']]);
    await fixture.accept(runtime, message('m1', '7', 'Large', START_MS + 5_000));
    await fixture.accept(runtime, comment('c1', '7', 'price', START_MS));
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Size?', 'Got Large']);
  });
});

describe('who may start', () => {
  const greet = (text: string, word?: string) => [{ on: nodes.onMessage(word), send: nodes.send('message', text) }, [['on.matched', 'send']] as [string, string][]] as const;

  it('one flow takes an event: priority, then how specific, then age; the others say why not', async () => {
    await fixture.publish(runtime, ...greet('any'));
    await fixture.publish(runtime, ...greet('specific', 'hello'));
    await say('m1', '7', 'hello there');
    expect(texts()).toEqual(['specific']);
    expect(await fixture.rows('inbound_event')).toMatchObject([{ state: 'completed', skipped: [{ reason: expect.stringContaining('took the event') }] }]);
    await fixture.publish(runtime, ...greet('first', 'hello'), { priority: 90 });
    await say('m2', '7', 'hello again');
    expect(texts()).toEqual(['specific', 'first']);
    await say('m3', '7', 'nothing to match');
    expect(texts()).toEqual(['specific', 'first', 'any']);
  });

  it('cools down per contact', async () => {
    await fixture.publish(runtime, ...greet('hi'), { cooldownMs: 86_400_000 });
    await say('m1', '7', 'a');
    await say('m2', '7', 'b');
    await say('m3', '8', 'c');
    await say('m4', '7', 'd', 86_400_000);
    expect(texts()).toEqual(['hi', 'hi', 'hi']);
    expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual(['completed', 'ignored', 'completed', 'completed']);
  });

  it.each([
    ['ignore', ['waiting']],
    ['restart', ['cancelled', 'waiting']],
    ['parallel', ['waiting', 'waiting']],
  ] as const)('contact policy %s', async (contactPolicy, expected) => {
    await fixture.publish(runtime, { on: nodes.onComment(), delay: nodes.delay(1_000_000) }, [['on.matched', 'delay']], { contactPolicy });
    await fixture.accept(runtime, comment('c1', '7', 'a'), comment('c2', '7', 'b', START_MS + 1));
    await runtime.runUntilIdle();
    expect((await fixture.rows('run')).map((row) => row['status'])).toEqual(expected);
    expect(await fixture.rows('wait')).toHaveLength(expected.filter((status) => status === 'waiting').length);
  });

  it('a person who says stop is left alone until start', async () => {
    await fixture.publish(runtime, { on: nodes.onMessage('hello'), send: nodes.send('message', 'hi') }, [['on.matched', 'send']]);
    await say('m1', '7', 'STOP!');
    await say('m2', '7', 'hello');
    expect(texts()).toEqual([]);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'refused', reason: expect.stringContaining('no more messages') }]);
    await say('m3', '7', 'Start');
    await say('m4', '7', 'hello');
    expect(texts()).toEqual(['hi']);
  });

  it('a schedule starts once per tick, however many look', async () => {
    const other = fixture.startRuntime();
    await fixture.publish(runtime, { on: nodes.onStart({ repeat: 'hourly', time: '00:30', timeZone: 'UTC' }), tag: nodes.delay(1) }, [['on.started', 'tag']]);
    fixture.clock.atMs = START_MS + 30 * 60_000;
    await Promise.all([runtime.runUntilIdle(), other.runUntilIdle()]);
    expect(await fixture.rows('run')).toHaveLength(1);
    // Stopped for five hours: the newest missed tick fires, older ones do not.
    fixture.clock.atMs += 5 * 3_600_000 + 60_000;
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toHaveLength(2);
  });
});

describe('sending', () => {
  it('is put off to the moment when the limit allows it, in order', async () => {
    fixture.platform.limits = [{ bucket: 'messages', amount: 4, perMs: 60_000 }];
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') }, [['on.matched', 'reply']]);
    await fixture.accept(runtime, ...['a', 'b', 'c', 'd'].map((text, index) => comment(`c${index}`, '7', text, START_MS + index)));
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['a']);
    expect((await fixture.rows('outbox')).map((row) => row['state'])).toEqual(['sent', 'planned', 'planned', 'planned']);
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
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', 'hi', 3) }, [['on.matched', 'reply']]);
    await fixture.accept(runtime, comment('c1', '7', 'a'));
    await runtime.runUntilIdle();
    await later(2_000);
    expect(texts()).toEqual(['hi']);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('never answers one comment privately twice, from whatever flow', async () => {
    const flow = (word: string) => fixture.publish(runtime, { on: nodes.onStart(), dm: nodes.send('privateReply', word) }, [['on.started', 'dm']]);
    for (const flowId of [await flow('one'), await flow('two')]) {
      await runtime.ingest.accept(fixture.workspaceId, [
        { event: { kind: 'core/manual', key: flowId, occurredAtMs: START_MS, data: { commentId: 'c1' } }, platform: 'core', connectionId: null, target: { flowId, node: 'on' } },
      ]);
    }
    await runtime.runUntilIdle();
    expect(texts()).toHaveLength(1);
    expect((await fixture.rows('outbox')).map((row) => row['state']).toSorted()).toEqual(['refused', 'sent']);
    expect((await fixture.rows<{ error: { code: string } | null }>('run')).map((row) => row.error?.code ?? 'none').toSorted()).toEqual(['SEND_REFUSED', 'none']);
  });

  it('an echo settles a message of unknown outcome', async () => {
    await fixture.publish(runtime, { on: nodes.onMessage('hello'), send: nodes.send('message', 'hi') }, [['on.matched', 'send']]);
    fixture.platform.canReconcile = false;
    const faults = ['lostAnswer' as const];
    fixture.platform.nextFault = () => faults.shift();
    await say('m1', '7', 'hello');
    await later(10_000);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sending' }]);
    await later(50_000);
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'unknown' }]);
    await fixture.accept(runtime, { kind: 'instagram/echo', key: 'e1', occurredAtMs: START_MS + 1, contact: { platformId: '7' }, data: { messageId: 'm99', text: 'hi' } });
    await runtime.runUntilIdle();
    expect(await fixture.rows('outbox')).toMatchObject([{ state: 'sent', platform_id: 'm99' }]);
  });
});

describe('faults', () => {
  it('one poisonous event blocks nobody, is set aside after its attempts, and can be replayed', async () => {
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') }, [['on.matched', 'reply']]);
    // A fault in our own code: looking up the handler of the trigger fails.
    let isBroken = true;
    const broken = fixture.startRuntime((database) => database, () => {
      if (isBroken) throw new TypeError('a fault of ours');
    });
    await fixture.accept(broken, comment('c1', '7', 'poison'));
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await broken.runUntilIdle();
      fixture.clock.atMs += 1_250_000;
    }
    isBroken = false;
    expect(await fixture.rows('inbound_event')).toMatchObject([{ state: 'failed', attempts: 5, reason: expect.stringContaining('unexpected') }]);
    await fixture.accept(broken, comment('c2', '7', 'fine', START_MS + 1));
    await broken.runUntilIdle();
    expect(texts()).toEqual(['fine']);
    const [poison] = await fixture.rows<{ id: string }>('inbound_event');
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) => replayEvent(tx, fixture.workspaceId, poison?.id ?? '', fixture.clock.atMs));
    await broken.runUntilIdle();
    expect(texts()).toEqual(['fine', 'poison']);
  });

  it('a cancelled run does nothing more; a failed one goes on from its node without sending twice', async () => {
    const flowId = await fixture.publish(
      runtime,
      { on: nodes.onComment(), reply: nodes.send('commentReply', 'hi'), dm: nodes.send('privateReply', 'psst'), tag: nodes.tag('done') },
      [['on.matched', 'reply'], ['reply.sent', 'dm'], ['dm.sent', 'tag']],
    );
    const faults = [undefined, 'refuseOnce' as const];
    fixture.platform.nextFault = () => faults.shift();
    await fixture.accept(runtime, comment('c1', '7', 'a'));
    await runtime.runUntilIdle();
    const [run] = await fixture.rows<{ id: string; status: string }>('run');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'PLATFORM_UNAVAILABLE' } });
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) => retryRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs));
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['hi', 'psst']);
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded', error: null }]);

    const waiting = await fixture.publish(runtime, { on: nodes.onMessage('wait'), delay: nodes.delay(1_000), send: nodes.send('message', 'never') }, [['on.matched', 'delay'], ['delay.done', 'send']]);
    await say('m1', '7', 'wait');
    const second = (await fixture.rows<{ id: string; flow_id: string }>('run')).find((row) => row.flow_id === waiting);
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) => cancelRun(tx, fixture.workspaceId, second?.id ?? '', fixture.clock.atMs));
    await later(2_000);
    expect(texts()).toEqual(['hi', 'psst']);
    const counts = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) => readRecentCounts(tx, [flowId, waiting], fixture.clock.atMs));
    expect([counts.get(flowId), counts.get(waiting)]).toEqual([{ runs: 1, failed: 1, waiting: 0, sent: 2 }, { runs: 1, failed: 0, waiting: 0, sent: 0 }]);
    const stats = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) => readFlowStats(tx, flowId, 7, fixture.clock.atMs));
    expect(stats['reply']).toEqual({ passed: 1, waiting: 0, failed: 0, sent: 1, ports: { sent: 1 } });
  });

  it('counts exactly while many turns count at once', async () => {
    const flowId = await fixture.publish(runtime, { on: nodes.onComment(), tag: nodes.tag('x') }, [['on.matched', 'tag']]);
    await fixture.accept(runtime, ...Array.from({ length: 120 }, (_, index) => comment(`c${index}`, `p${index}`, 'a')));
    await runtime.runUntilIdle();
    const counts = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) => readRecentCounts(tx, [flowId], fixture.clock.atMs));
    expect(counts.get(flowId)?.runs).toBe(120);
  });

  it('shows no row to another workspace', async () => {
    await fixture.publish(runtime, { on: nodes.onComment(), reply: nodes.send('commentReply', 'hi'), delay: nodes.delay(1_000) }, [['on.matched', 'reply'], ['reply.sent', 'delay']]);
    await fixture.accept(runtime, comment('c1', '7', 'a'));
    await runtime.runUntilIdle();
    for (const table of ['run', 'node_run', 'wait', 'outbox', 'contact', 'inbound_event', 'event_key', 'subject', 'node_counter', 'trigger_subscription']) {
      const mine = await fixture.rows(table);
      const theirs = await fixture.migrated.database.withWorkspace(newId(), async (tx) => (await sql`select * from ${sql.table(`heddle.${table}`)}`.execute(tx)).rows);
      expect([table, mine.length > 0, theirs]).toEqual([table, true, []]);
    }
  });
});
