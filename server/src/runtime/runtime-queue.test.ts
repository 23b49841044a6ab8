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
const say = async (id: string, text: string, occurredAtMs = fixture.clock.atMs) => {
  await fixture.accept(runtime, message(id, '7', text, occurredAtMs));
  await runtime.runUntilIdle();
};
const statuses = async () => (await fixture.rows<{ status: string }>('run')).map(({ status }) => status);

/** One run at a time, for the person and in all; the next one waits. */
const ONE = { contactPolicy: 'queue', maxActiveRuns: 1, whenFull: 'queue' } as const;

describe('a start that waits for its turn', () => {
  it('is no answer to a question that is asked meanwhile', async () => {
    await fixture.publish(
      runtime,
      {
        on: nodes.onMessage('buy'),
        delay: nodes.delay(60_000),
        ask: nodes.ask(),
        got: nodes.send('message', 'Got {{ nodes.ask.text }}'),
      },
      [
        ['on.matched', 'delay'],
        ['delay.done', 'ask'],
        ['ask.replied', 'got'],
      ],
      ONE,
    );
    await say('m1', 'buy');
    await say('m2', 'buy');
    await later(60_000);
    expect(texts()).toEqual([]);
    await say('m3', 'Large');
    expect(texts()).toEqual(['Got Large']);
    expect(await statuses()).toEqual(['succeeded', 'waiting']);
    expect(await fixture.rows('queued_start')).toEqual([]);
  });

  it('leaves the queue when it starts in the turn in which it was put there', async () => {
    await fixture.publish(
      runtime,
      { on: nodes.onComment(), ask: nodes.ask(), got: nodes.send('commentReply', 'Got {{ nodes.ask.text }}') },
      [
        ['on.matched', 'ask'],
        ['ask.replied', 'got'],
      ],
      ONE,
    );
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    await fixture.accept(runtime, comment('c2', '7', 'price', START_MS + 1), message('m1', '7', 'L', START_MS + 2));
    await runtime.runUntilIdle();
    expect(await statuses()).toEqual(['succeeded', 'waiting']);
    expect(await fixture.rows('queued_start')).toEqual([]);
  });

  it('leaves the queue so even if nothing was written between the two', async () => {
    await fixture.publish(
      runtime,
      { on: nodes.onComment(), ask: nodes.ask(), note: nodes.note('{{ nodes.ask.text }}') },
      [
        ['on.matched', 'ask'],
        ['ask.replied', 'note'],
      ],
      { contactPolicy: 'parallel', maxActiveRuns: 1, whenFull: 'queue' },
    );
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    await fixture.accept(runtime, comment('c2', '7', 'price', START_MS + 1), message('m1', '7', 'L', START_MS + 2));
    await runtime.runUntilIdle();
    expect(fixture.pureRuns).toEqual(['L']);
    expect(await statuses()).toEqual(['succeeded', 'waiting']);
    expect(await fixture.rows('queued_start')).toEqual([]);
  });

  it('gets it even if what happened first came last', async () => {
    await fixture.publish(
      runtime,
      { on: nodes.onMessage(), delay: nodes.delay(60_000), send: nodes.send('message', '{{ trigger.text }}') },
      [
        ['on.matched', 'delay'],
        ['delay.done', 'send'],
      ],
      ONE,
    );
    await say('m1', 'one', START_MS);
    await say('m3', 'three', START_MS + 3);
    await say('m2', 'two', START_MS + 2);
    for (let run = 0; run < 3; run += 1) await later(60_000);
    expect(texts()).toEqual(['one', 'two', 'three']);
  });
});

it('a start that ends the run before it takes the place of that run in a full flow', async () => {
  await fixture.publish(runtime, { on: nodes.onMessage(), ask: nodes.delay(60_000) }, [['on.matched', 'ask']], {
    contactPolicy: 'restart',
    maxActiveRuns: 1,
  });
  await say('m1', 'one');
  await say('m2', 'two');
  expect(await statuses()).toEqual(['cancelled', 'waiting']);
});
