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

let fixture: RuntimeFixture;
let runtime: Runtime;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  return () => fixture.drop();
});

describe('a comment', () => {
  it('becomes a public and a private reply, an answer, and a message', async () => {
    await fixture.publish(
      runtime,
      {
        asked: nodes.onComment('price'),
        reply: nodes.send('commentReply', 'Sent you the price!'),
        dm: nodes.send('privateReply', 'It is 10. Size?'),
        ask: nodes.ask(),
        tag: nodes.tag('asked'),
        thanks: nodes.send('message', 'Thanks {{ contact.firstName }}: {{ nodes.ask.text }}'),
      },
      [
        ['asked.matched', 'reply'],
        ['reply.sent', 'dm'],
        ['dm.sent', 'ask'],
        ['ask.replied', 'tag'],
        ['tag.done', 'thanks'],
      ],
    );
    await fixture.accept(runtime, comment('c1', '7', 'price?'), comment('c1', '7', 'price?'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('run')).toMatchObject([{ status: 'waiting', node_runs: 4 }]);
    expect(fixture.platform.delivered.map(({ action }) => action.kind)).toEqual(['commentReply', 'privateReply']);
    await fixture.accept(runtime, message('m1', '7', 'Large', START_MS + 1));
    await runtime.runUntilIdle();
    expect(fixture.platform.delivered.at(-1)?.action).toEqual({
      kind: 'message',
      to: '7',
      message: { kind: 'text', text: 'Thanks Ada: Large' },
    });
    expect(await fixture.rows('run')).toMatchObject([{ status: 'succeeded' }]);
    expect(await fixture.rows('contact')).toMatchObject([
      { tags: ['asked'], name: 'Ada Lovelace', username: 'user_7' },
    ]);
    expect((await fixture.rows('outbox')).map((row) => row['state'])).toEqual(['sent', 'sent', 'sent']);
    expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual(['completed', 'completed']);
    expect((await fixture.rows('node_run')).map((row) => [row['node'], row['status']])).toEqual([
      ['reply', 'succeeded'],
      ['dm', 'succeeded'],
      ['ask', 'succeeded'],
      ['tag', 'succeeded'],
      ['thanks', 'succeeded'],
    ]);
    expect(await fixture.rows('wait')).toEqual([]);
    expect(await fixture.rows('subject')).toMatchObject([{ ready_at: null, lease_until: null }]);
  });
});
