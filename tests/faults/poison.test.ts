import { beforeEach, describe, expect, it } from 'vitest';
import { retryRun } from '../../server/src/runs/retry-run.ts';
import { LEASE_MS } from '../../server/src/runtime/mailbox/mailbox.ts';
import { mortal } from '../../server/src/runtime/testing/mortal.ts';
import {
  comment,
  createRuntimeFixture,
  message,
  nodes,
  type RuntimeFixture,
} from '../../server/src/runtime/testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  return () => fixture.drop();
});

const texts = () =>
  fixture.platform.delivered.map(({ action }) =>
    action.kind === 'commentReply'
      ? action.text
      : action.kind === 'message' && action.message.kind === 'text'
        ? action.message.text
        : '',
  );
const statuses = async () => (await fixture.rows<{ status: string }>('run')).map(({ status }) => status);

/** A process that dies at the `lookup`-th handler it needs: trigger first, then node by node. */
async function dieAtLookup(lookup: number): Promise<boolean> {
  const life = mortal(0, 'before');
  let lookups = 0;
  const process = fixture.startRuntime(life.wrap, () => {
    lookups += 1;
    if (lookups === lookup) life.die();
  });
  await process.runUntilIdle();
  fixture.clock.atMs += LEASE_MS + 1;
  return life.hasDied();
}

/** Lets processes die at the same place until the place is given up. @returns How many died. */
async function dieUntilSetAside(lookup: number): Promise<number> {
  let deaths = 0;
  while (deaths < 20 && (await dieAtLookup(lookup))) deaths += 1;
  return deaths;
}

describe('what a stranger writes', () => {
  it.each([
    ['reads what is not there', '{% assign t = trigger.text %}{{ t.nothing.here }}', 'EXPRESSION_UNKNOWN_VARIABLE'],
    [
      'grows without end',
      '{% assign t = trigger.text %}{% for a in (1..64) %}{% assign t = t | append: t %}{% endfor %}{{ t }}',
      'EXPRESSION_LIMIT',
    ],
    [
      'runs on and on',
      '{% for a in (1..9999) %}{% for b in (1..9999) %}{% assign c = a | times: b %}{% endfor %}{% endfor %}',
      'EXPRESSION_LIMIT',
    ],
  ])('and a text that %s ends that run with its reason; neighbours are answered', async (_what, text, code) => {
    const runtime = fixture.startRuntime();
    await fixture.publish(runtime, { on: nodes.onComment('poison'), reply: nodes.send('commentReply', `${text}!`) }, [
      ['on.matched', 'reply'],
    ]);
    await fixture.publish(runtime, { on: nodes.onComment('price'), reply: nodes.send('commentReply', 'It is 10.') }, [
      ['on.matched', 'reply'],
    ]);
    await fixture.accept(
      runtime,
      comment('c1', '7', 'poison'),
      comment('c2', '7', 'price'),
      comment('c3', '8', 'price'),
    );
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['It is 10.', 'It is 10.']);
    const failed = (await fixture.rows('run')).filter((row) => row['status'] === 'failed');
    expect(failed).toMatchObject([{ error: { code, details: { node: 'reply' } } }]);
    expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual(Array(3).fill('completed'));
  });
});

describe('what kills every process that works on it', () => {
  it('an event is set aside after five, the person is served again', async () => {
    const first = fixture.startRuntime();
    await fixture.publish(first, { on: nodes.onComment(), reply: nodes.send('commentReply', '{{ trigger.text }}') }, [
      ['on.matched', 'reply'],
    ]);
    await fixture.accept(first, comment('c1', '7', 'deadly'));
    expect(await dieUntilSetAside(1)).toBe(5);
    expect(await fixture.rows('inbound_event')).toMatchObject([
      { state: 'failed', reason: expect.stringContaining('stopped 5 times') },
    ]);
    const next = fixture.startRuntime();
    await fixture.accept(next, comment('c2', '7', 'fine'));
    await next.runUntilIdle();
    expect(texts()).toEqual(['fine']);
  });

  it('a run whose wait is over is set aside at its node, and goes on from there after the fix', async () => {
    const first = fixture.startRuntime();
    await fixture.publish(
      first,
      { on: nodes.onMessage(), delay: nodes.delay(1_000), reply: nodes.send('message', 'Hello again') },
      [
        ['on.matched', 'delay'],
        ['delay.done', 'reply'],
      ],
    );
    await fixture.accept(first, message('m1', '7', 'deadly'));
    await first.runUntilIdle();
    expect(await statuses()).toEqual(['waiting']);
    fixture.clock.atMs += 1_001;
    expect(await dieUntilSetAside(1)).toBe(5);
    expect(await fixture.rows('run')).toMatchObject([
      { status: 'failed', error: { code: 'NODE_CRASHED', details: { node: 'delay' } } },
    ]);
    expect(await fixture.rows('wait')).toEqual([]);

    const [run] = await fixture.rows<{ id: string }>('run');
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      retryRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
    );
    const fixed = fixture.startRuntime();
    await fixed.runUntilIdle();
    fixture.clock.atMs += 1_001;
    await fixed.runUntilIdle();
    expect(await statuses()).toEqual(['succeeded']);
    expect(texts()).toEqual(['Hello again']);
  });
});
