import { beforeEach, describe, expect, it } from 'vitest';
import type { Runtime } from './runtime.ts';
import {
  comment,
  createRuntimeFixture,
  message,
  nodes,
  START_MS,
  type RuntimeFixture,
} from './testing/runtime-fixture.ts';

const HOUR_MS = 3_600_000;
let fixture: RuntimeFixture;
let runtime: Runtime;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  return () => fixture.drop();
});

const sentKinds = () => fixture.platform.delivered.map(({ action }) => action.kind);
const outbox = () => fixture.rows<{ state: string; reason: string | null }>('outbox');
const later = async (ms: number) => {
  fixture.clock.atMs += ms;
  await runtime.runUntilIdle();
};
const say = async (id: string, text: string) => {
  await fixture.accept(runtime, message(id, '7', text, fixture.clock.atMs));
  await runtime.runUntilIdle();
};
/** What somebody wrote from the account itself. */
const echo = async (id: string, text: string) => {
  const contact = { platformId: '7' };
  const occurredAtMs = fixture.clock.atMs;
  const event = { kind: 'instagram/echo', key: id, occurredAtMs, contact, data: { messageId: id, text } };
  await fixture.accept(runtime, event);
  await runtime.runUntilIdle();
};
const answering = () =>
  fixture.publish(runtime, { on: nodes.onMessage('hi'), send: nodes.send('message', 'Hello') }, [
    ['on.matched', 'send'],
  ]);
const answeringLater = (ms: number) =>
  fixture.publish(
    runtime,
    { on: nodes.onMessage('hi'), delay: nodes.delay(ms), send: nodes.send('message', 'Hello') },
    [
      ['on.matched', 'delay'],
      ['delay.done', 'send'],
    ],
  );

describe('a conversation that a person of the team has taken over', () => {
  it('is left alone for an hour from their last message, and then answered again', async () => {
    await answering();
    await say('m1', 'hi');
    await echo('by-hand', 'Let me look that up for you');
    await say('m2', 'hi');
    expect(sentKinds()).toEqual(['message']);
    const events = await fixture.rows<{ key: string; state: string; reason: string }>('inbound_event');
    expect(events.find(({ key }) => key === 'm2')).toMatchObject({
      state: 'ignored',
      reason: expect.stringContaining('taken over'),
    });
    await later(HOUR_MS);
    await say('m3', 'hi');
    expect(sentKinds()).toEqual(['message', 'message']);
  });

  it('gets nothing from runs that are under way; they are told why', async () => {
    await answeringLater(60_000);
    await say('m1', 'hi');
    await echo('by-hand', 'I am on it');
    await later(60_000);
    expect(sentKinds()).toEqual([]);
    expect(await outbox()).toMatchObject([{ state: 'refused', reason: expect.stringContaining('taken over') }]);
  });

  it('is not one because of the echo of what a flow sent', async () => {
    await answering();
    await say('m1', 'hi');
    await echo(fixture.platform.delivered[0]?.id ?? '', 'Hello');
    await say('m2', 'hi');
    expect(sentKinds()).toEqual(['message', 'message']);
  });

  it('stays open to flows when the workspace wants it so', async () => {
    await runtime.rules.save(fixture.workspaceId, { takeoverMinutes: 0 });
    await answering();
    await echo('by-hand', 'Hello there');
    await say('m1', 'hi');
    expect(sentKinds()).toEqual(['message']);
  });
});

describe('caps', () => {
  it('refuse what is more than the workspace allows, until the period is over', async () => {
    await runtime.rules.save(fixture.workspaceId, { caps: [{ messages: 2, periodHours: 1 }] });
    await answering();
    await say('m1', 'hi');
    await say('m2', 'hi');
    await say('m3', 'hi');
    expect((await outbox()).map(({ state }) => state)).toEqual(['sent', 'sent', 'refused']);
    await later(HOUR_MS);
    await say('m4', 'hi');
    expect(sentKinds()).toHaveLength(3);
  });
});

describe('quiet hours', () => {
  // START_MS is noon in UTC.
  const quietHours = { from: '12:30', to: '16:00', timeZone: 'UTC' };

  it('put a message off until they end, and it is sent then, once', async () => {
    await runtime.rules.save(fixture.workspaceId, { quietHours });
    await answeringLater(HOUR_MS);
    await say('m1', 'hi');
    await later(HOUR_MS);
    expect(await outbox()).toMatchObject([{ state: 'planned', reason: expect.stringContaining('quiet hours') }]);
    await later(3 * HOUR_MS - 1);
    expect(sentKinds()).toEqual([]);
    await later(1);
    await later(HOUR_MS);
    expect(sentKinds()).toEqual(['message']);
    expect(fixture.clock.nowMs() - START_MS).toBe(5 * HOUR_MS);
  });

  it('hold neither answers nor public replies', async () => {
    await runtime.rules.save(fixture.workspaceId, { quietHours: { ...quietHours, from: '11:00' } });
    await answering();
    await fixture.publish(
      runtime,
      {
        on: nodes.onComment('price'),
        delay: nodes.delay(HOUR_MS),
        reply: nodes.send('commentReply', 'Look at your messages'),
      },
      [
        ['on.matched', 'delay'],
        ['delay.done', 'reply'],
      ],
    );
    await say('m1', 'hi');
    await fixture.accept(runtime, comment('c1', '8', 'price'));
    await runtime.runUntilIdle();
    await later(HOUR_MS);
    expect(sentKinds()).toEqual(['message', 'commentReply']);
  });
});
