import { beforeEach, describe, expect, it } from 'vitest';
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

describe('waits', () => {
  it('fires a timer when its time has come, once, and not before', async () => {
    await fixture.publish(
      runtime,
      { on: nodes.onMessage('start it'), delay: nodes.delay(3_600_000), send: nodes.send('message', 'An hour later') },
      [
        ['on.matched', 'delay'],
        ['delay.done', 'send'],
      ],
    );
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
      {
        on: nodes.onMessage('ask me'),
        ask: nodes.ask(60_000, 3_000),
        got: nodes.send('message', 'Got {{ nodes.ask.text | replace: "\n", "+" }}'),
        late: nodes.send('message', 'Too late'),
      },
      [
        ['on.matched', 'ask'],
        ['ask.replied', 'got'],
        ['ask.timeout', 'late'],
      ],
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
    await fixture.publish(
      runtime,
      {
        on: nodes.onComment(),
        dm: nodes.send('privateReply', 'Size?'),
        ask: nodes.ask(),
        got: nodes.send('message', 'Got {{ nodes.ask.text }}'),
      },
      [
        ['on.matched', 'dm'],
        ['dm.sent', 'ask'],
        ['ask.replied', 'got'],
      ],
    );
    await fixture.accept(runtime, message('m1', '7', 'Large', START_MS + 5_000));
    await fixture.accept(runtime, comment('c1', '7', 'price', START_MS));
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Size?', 'Got Large']);
  });
});

describe('an answer to a run that is put off before it could ask', () => {
  it('is kept until the question is asked', async () => {
    fixture.platform.limits = [{ bucket: 'messages', amount: 4, perMs: 60_000 }];
    await fixture.publish(
      runtime,
      {
        on: nodes.onMessage('hi'),
        first: nodes.send('message', 'One moment'),
        second: nodes.send('message', 'Which size?'),
        ask: nodes.ask(),
        got: nodes.send('message', 'Got {{ nodes.ask.text }}'),
      },
      [
        ['on.matched', 'first'],
        ['first.sent', 'second'],
        ['second.sent', 'ask'],
        ['ask.replied', 'got'],
      ],
    );
    await say('m1', '7', 'hi');
    await say('m2', '7', 'Large', 1_000);
    expect(texts()).toEqual(['One moment']);
    await later(20_000);
    await later(20_000);
    expect(texts()).toEqual(['One moment', 'Which size?', 'Got Large']);
    expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual(['completed', 'completed']);
  });
});

describe('who may start', () => {
  const greet = (text: string, word?: string) =>
    [
      { on: nodes.onMessage(word), send: nodes.send('message', text) },
      [['on.matched', 'send']] as [string, string][],
    ] as const;

  it('one flow takes an event: priority, then how specific, then age; the others say why not', async () => {
    await fixture.publish(runtime, ...greet('any'));
    await fixture.publish(runtime, ...greet('specific', 'hello'));
    await say('m1', '7', 'hello there');
    expect(texts()).toEqual(['specific']);
    expect(await fixture.rows('inbound_event')).toMatchObject([
      { state: 'completed', skipped: [{ reason: expect.stringContaining('took the event') }] },
    ]);
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
    expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual([
      'completed',
      'ignored',
      'completed',
      'completed',
    ]);
  });

  it.each([
    ['ignore', ['waiting']],
    ['restart', ['cancelled', 'waiting']],
    ['parallel', ['waiting', 'waiting']],
  ] as const)('contact policy %s', async (contactPolicy, expected) => {
    await fixture.publish(
      runtime,
      { on: nodes.onComment(), delay: nodes.delay(1_000_000) },
      [['on.matched', 'delay']],
      { contactPolicy },
    );
    await fixture.accept(runtime, comment('c1', '7', 'a'), comment('c2', '7', 'b', START_MS + 1));
    await runtime.runUntilIdle();
    expect((await fixture.rows('run')).map((row) => row['status'])).toEqual(expected);
    expect(await fixture.rows('wait')).toHaveLength(expected.filter((status) => status === 'waiting').length);
  });

  it('a person who says stop is left alone until start', async () => {
    await fixture.publish(runtime, { on: nodes.onMessage('hello'), send: nodes.send('message', 'hi') }, [
      ['on.matched', 'send'],
    ]);
    await say('m1', '7', 'STOP!');
    await say('m2', '7', 'hello');
    expect(texts()).toEqual([]);
    expect(await fixture.rows('outbox')).toMatchObject([
      { state: 'refused', reason: expect.stringContaining('no more messages') },
    ]);
    await say('m3', '7', 'Start');
    await say('m4', '7', 'hello');
    expect(texts()).toEqual(['hi']);
  });

  it('a schedule starts once per tick, however many look', async () => {
    const other = fixture.startRuntime();
    await fixture.publish(
      runtime,
      { on: nodes.onStart({ repeat: 'hourly', time: '00:30', timeZone: 'UTC' }), tag: nodes.delay(1) },
      [['on.started', 'tag']],
    );
    fixture.clock.atMs = START_MS + 30 * 60_000;
    await Promise.all([runtime.runUntilIdle(), other.runUntilIdle()]);
    expect(await fixture.rows('run')).toHaveLength(1);
    // Stopped for five hours: the newest missed tick fires, older ones do not.
    fixture.clock.atMs += 5 * 3_600_000 + 60_000;
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toHaveLength(2);
  });
});
