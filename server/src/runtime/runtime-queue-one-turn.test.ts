/** Starts that wait, and are tried again in the turn in which they began to wait. */
import type { InboundEvent } from '@heddle/schemas';
import { beforeEach, expect, it } from 'vitest';
import { LEASE_MS } from './mailbox/mailbox.ts';
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
let runtime: Runtime;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  return () => fixture.drop();
});

const MINUTE_MS = 60_000;
const later = async (ms: number) => {
  fixture.clock.atMs += ms;
  await runtime.runUntilIdle();
};
const take = async (...events: InboundEvent[]) => {
  await fixture.accept(runtime, ...events);
  await runtime.runUntilIdle();
};
const say = (id: string, text: string, afterMs = 0) => message(id, '7', text, START_MS + afterMs);

it('such a start is no answer to what was asked since', async () => {
  await fixture.publish(
    runtime,
    { on: nodes.onMessage('buy'), delay: nodes.delay(MINUTE_MS), bought: nodes.note('bought') },
    [
      ['on.matched', 'delay'],
      ['delay.done', 'bought'],
    ],
    { contactPolicy: 'queue' },
  );
  await fixture.publish(
    runtime,
    { on: nodes.onMessage('size'), ask: nodes.ask(), got: nodes.note('got {{ nodes.ask.text }}') },
    [
      ['on.matched', 'ask'],
      ['ask.replied', 'got'],
    ],
  );
  await take(say('m1', 'buy'));
  // The first run ends, the second one starts, the third start waits for it; then something is asked.
  fixture.clock.atMs += MINUTE_MS;
  await take(say('m2', 'buy', 1), say('m3', 'buy', 2), say('m4', 'which size?', 3));
  expect(fixture.pureRuns).toEqual(['bought']);
  await take(say('m5', 'L', 4));
  for (let run = 0; run < 2; run += 1) await later(MINUTE_MS);
  expect(fixture.pureRuns).toEqual(['bought', 'got L', 'bought', 'bought']);
  expect(await fixture.rows('queued_start')).toEqual([]);
});

it('such a start is in the queue at every checkpoint that knows what came after it', async () => {
  await fixture.publish(runtime, { on: nodes.onComment(), delay: nodes.delay(MINUTE_MS) }, [['on.matched', 'delay']], {
    contactPolicy: 'queue',
    maxActiveRuns: 1,
    whenFull: 'queue',
  });
  for (let commit = 1; commit <= 6; commit += 1) {
    const id = `p${commit}`;
    await take(comment(`${id}/c1`, id, 'price', fixture.clock.atMs));
    fixture.clock.atMs += MINUTE_MS;
    const { atMs } = fixture.clock;
    const first = fixture.startRuntime(mortal(commit, 'after').wrap);
    const asked = ['c2', 'c3'].map((name, at) => comment(`${id}/${name}`, id, 'price', atMs + at));
    await fixture.accept(first, ...asked, message(`${id}/m1`, id, 'Hello', atMs + 2));
    await first.runUntilIdle();
    const queued = new Set((await fixture.rows<{ event_id: string }>('queued_start')).map((row) => row.event_id));
    const events = await fixture.rows<{ id: string; key: string; state: string }>('inbound_event');
    const taken = events.filter(({ key }) => key.startsWith(`${id}/`));
    while (taken.at(-1)?.state === 'pending' && !queued.has(taken.at(-1)?.id ?? '')) taken.pop();
    const left = taken.filter((event) => event.state === 'pending' && !queued.has(event.id));
    expect([commit, left]).toEqual([commit, []]);
    // The lease of the dead process ends, and all three comments get their run.
    for (let run = 0; run < 3; run += 1) await later(LEASE_MS + MINUTE_MS);
  }
  expect((await fixture.rows('run')).map((row) => row['status'])).toEqual(Array(18).fill('succeeded'));
});

it('such starts do not stop a turn in which the places that they wait for become free', async () => {
  await fixture.publish(
    runtime,
    { on: nodes.onComment(), ask: nodes.ask(), note: nodes.note('{{ nodes.ask.text }}') },
    [
      ['on.matched', 'ask'],
      ['ask.replied', 'note'],
    ],
    { contactPolicy: 'parallel', maxActiveRuns: 2, whenFull: 'queue' },
  );
  await fixture.publish(runtime, { on: nodes.onMessage('hi'), send: nodes.send('message', 'Hello') }, [
    ['on.matched', 'send'],
  ]);
  await take(comment('c1', '7', 'price'), comment('c2', '7', 'price'));
  await take(
    ...['c3', 'c4'].map((id, at) => comment(id, '7', 'price', START_MS + 1 + at)),
    ...['L', 'XL', 'hi'].map((text, at) => say(`m${at + 1}`, text, 3 + at)),
  );
  expect(fixture.pureRuns).toEqual(['L', 'XL']);
  expect(textsOf(fixture.platform)).toEqual(['Hello']);
  const statuses = (await fixture.rows('run')).map((row) => row['status']);
  expect(statuses).toEqual(['succeeded', 'succeeded', 'succeeded', 'waiting', 'waiting']);
  expect(await fixture.rows('queued_start')).toEqual([]);
});
