import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../database/index.ts';
import { cancelRun } from '../runs/cancel-run.ts';
import { LEASE_MS } from './mailbox/mailbox.ts';
import type { Runtime } from './runtime.ts';
import { mortal } from './testing/mortal.ts';
import {
  comment,
  createRuntimeFixture,
  message,
  nodes,
  START_MS,
  type RuntimeFixture,
} from './testing/runtime-fixture.ts';
import { DECISION_KIND } from './turn/take-for-run.ts';

let fixture: RuntimeFixture;
let runtime: Runtime;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  runtime = fixture.startRuntime();
  return () => fixture.drop();
});

interface WaitRow {
  readonly run_id: string;
  readonly position: string;
  readonly subject: string;
  readonly flow_id: string;
  readonly node: string;
  readonly kind: string;
}
const statuses = async () => (await fixture.rows<{ status: string }>('run')).map((run) => run.status);

/** What the route of a decision does. */
async function decide(on: Runtime, decision: 'approved' | 'rejected'): Promise<boolean> {
  const [wait] = (await fixture.rows<WaitRow>('wait')).filter((row) => row.kind === 'approval');
  if (wait === undefined) return false;
  const [id] = await on.ingest.accept(fixture.workspaceId, [
    {
      event: {
        kind: DECISION_KIND,
        key: `decision:${wait.run_id}:${wait.position}`,
        occurredAtMs: fixture.clock.atMs,
        data: { runId: wait.run_id, position: wait.position, decision, by: 'Ada', note: 'ok' },
      },
      platform: 'core',
      connectionId: null,
      target: { flowId: wait.flow_id, node: wait.node },
      subject: wait.subject,
    },
  ]);
  return id !== null;
}

const report = (name: string, key: string, data: object = {}) =>
  fixture.migrated.database.pool
    .query<{ runs: number }>(
      'select heddle.report_event($1::uuid, $2::uuid, $3, $4, $5::jsonb, $6::timestamptz) as runs',
      [fixture.workspaceId, newId(), name, key, JSON.stringify(data), new Date(fixture.clock.atMs)],
    )
    .then(({ rows }) => rows[0]?.runs);

const publishQuestion = (on: Runtime) =>
  fixture.publish(
    on,
    {
      asked: nodes.onComment(),
      ask: nodes.approval('Answer {{ contact.username }}?'),
      yes: nodes.send('commentReply', 'Yes, says {{ nodes.ask.by }}: {{ nodes.ask.note }}'),
      no: nodes.send('commentReply', 'No'),
      late: nodes.send('commentReply', 'Late'),
    },
    [
      ['asked.matched', 'ask'],
      ['ask.approved', 'yes'],
      ['ask.rejected', 'no'],
      ['ask.timeout', 'late'],
    ],
  );
const texts = () => fixture.platform.delivered.map(({ action }) => ('text' in action ? action.text : ''));

describe('an approval', () => {
  it('lets the run go on with the first decision only', async () => {
    await publishQuestion(runtime);
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    expect(await fixture.rows('wait')).toMatchObject([{ kind: 'approval', spec: { title: 'Answer user_7?' } }]);
    expect(await decide(runtime, 'approved')).toBe(true);
    expect(await decide(runtime, 'rejected')).toBe(false);
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Yes, says Ada: ok']);
    expect(await statuses()).toEqual(['succeeded']);
    expect(await decide(runtime, 'approved')).toBe(false);
  });

  it('that nobody gives ends by its time limit; a decision after that changes nothing', async () => {
    await publishQuestion(runtime);
    await fixture.accept(runtime, comment('c1', '7', 'price'));
    await runtime.runUntilIdle();
    // Decided when the time is over already, before anybody looked.
    fixture.clock.atMs += 86_400_000;
    await decide(runtime, 'approved');
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Late']);
    expect((await fixture.rows('inbound_event')).map((row) => row['state'])).toEqual(['completed', 'ignored']);
  });

  it.each(['before', 'after'] as const)('counts once though the process dies %s any commit', async (when) => {
    await publishQuestion(runtime);
    for (let commit = 1; commit <= 6; commit += 1) {
      const id = `${when}${commit}`;
      await fixture.accept(runtime, comment(id, id, 'price'));
      await runtime.runUntilIdle();
      const dying = fixture.startRuntime(mortal(commit, when).wrap);
      await decide(dying, 'approved');
      await dying.runUntilIdle();
      for (let round = 0; round < 4; round += 1) {
        fixture.clock.atMs += LEASE_MS * 3;
        await runtime.runUntilIdle();
      }
      expect(texts()).toHaveLength(commit);
    }
    expect(new Set(await statuses())).toEqual(new Set(['succeeded']));
  });
});

describe('a named event', () => {
  const publishOrder = () =>
    fixture.publish(
      runtime,
      {
        asked: nodes.onComment(),
        paid: nodes.event('order.paid', '{{ trigger.text }}'),
        reply: nodes.send('commentReply', 'Paid {{ nodes.paid.data.amount }}'),
      },
      [
        ['asked.matched', 'paid'],
        ['paid.arrived', 'reply'],
      ],
    );

  it('wakes every run that waits for its name and key, and no other', async () => {
    await publishOrder();
    await fixture.accept(runtime, comment('c1', '7', 'A1'), comment('c2', '8', 'A1'), comment('c3', '9', 'B2'));
    await runtime.runUntilIdle();
    expect(await report('order.paid', 'A1', { amount: 10 })).toBe(2);
    expect(await report('order.lost', 'B2')).toBe(0);
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Paid 10', 'Paid 10']);
    expect((await statuses()).toSorted()).toEqual(['succeeded', 'succeeded', 'waiting']);
  });

  it('that comes while the run is on its way to wait is kept, one from before the run is not', async () => {
    await fixture.publish(
      runtime,
      {
        asked: nodes.onComment(),
        wait: nodes.delay(60_000),
        paid: nodes.event('order.paid', 'A1'),
        reply: nodes.send('commentReply', 'Paid {{ nodes.paid.data.amount }}'),
      },
      [
        ['asked.matched', 'wait'],
        ['wait.done', 'paid'],
        ['paid.arrived', 'reply'],
      ],
    );
    await report('order.paid', 'A1', { amount: 1 });
    fixture.clock.atMs += 1_000;
    await fixture.accept(runtime, comment('c1', '7', 'x', fixture.clock.atMs));
    await runtime.runUntilIdle();
    await report('order.paid', 'A1', { amount: 2 });
    fixture.clock.atMs += 60_000;
    await runtime.runUntilIdle();
    expect(texts()).toEqual(['Paid 2']);
    expect(await statuses()).toEqual(['succeeded']);
  });
});

describe('a start that waits for its turn', () => {
  const publishQueue = (settings: Parameters<RuntimeFixture['publish']>[3]) =>
    fixture.publish(
      runtime,
      { asked: nodes.onComment(), wait: nodes.delay(60_000), reply: nodes.send('commentReply', '{{ trigger.text }}') },
      [
        ['asked.matched', 'wait'],
        ['wait.done', 'reply'],
      ],
      settings,
    );
  const pending = async () =>
    (await fixture.rows<{ key: string; state: string }>('inbound_event'))
      .filter((event) => event.state === 'pending')
      .map((event) => event.key);

  it('starts when the run before it has ended, in order', async () => {
    await publishQueue({ contactPolicy: 'queue' });
    for (const [index, text] of ['one', 'two', 'three'].entries())
      await fixture.accept(runtime, comment(text, '7', text, START_MS + index));
    await runtime.runUntilIdle();
    expect(await pending()).toEqual(['two', 'three']);
    // Others of the same flow do not wait.
    await fixture.accept(runtime, comment('other', '8', 'other'));
    for (let minute = 0; minute < 3; minute += 1) {
      await runtime.runUntilIdle();
      fixture.clock.atMs += 60_000;
    }
    await runtime.runUntilIdle();
    expect(texts().filter((text) => text !== 'other')).toEqual(['one', 'two', 'three']);
    expect(await fixture.rows('queued_start')).toEqual([]);
  });

  it('starts when a person cancels the run before it', async () => {
    await publishQueue({ contactPolicy: 'queue' });
    await fixture.accept(runtime, comment('one', '7', 'one'), comment('two', '7', 'two', START_MS + 1));
    await runtime.runUntilIdle();
    const [run] = await fixture.rows<{ id: string }>('run');
    await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      cancelRun(tx, fixture.workspaceId, run?.id ?? '', fixture.clock.atMs),
    );
    await runtime.runUntilIdle();
    expect(await statuses()).toEqual(['cancelled', 'waiting']);
  });

  it('lets an answer pass that the active run waits for', async () => {
    await fixture.publish(
      runtime,
      { wrote: nodes.onMessage(), ask: nodes.ask(), tag: nodes.tag('x') },
      [
        ['wrote.matched', 'ask'],
        ['ask.replied', 'tag'],
      ],
      { contactPolicy: 'queue' },
    );
    for (const [index, text] of ['a', 'b', 'c'].entries())
      await fixture.accept(runtime, message(text, '7', text, START_MS + index));
    await runtime.runUntilIdle();
    expect(await statuses()).toEqual(['succeeded', 'waiting']);
  });

  it('waits for a place when the flow is full, whoever it is for; as many run as may', async () => {
    await publishQueue({ maxActiveRuns: 2, whenFull: 'queue' });
    const other = fixture.startRuntime();
    await Promise.all(
      Array.from({ length: 7 }, (_, index) =>
        fixture.accept(index % 2 ? runtime : other, comment(`c${index}`, `${index}`, `${index}`)),
      ),
    );
    const active: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      await Promise.all([runtime.runUntilIdle(), other.runUntilIdle()]);
      await runtime.runUntilIdle();
      active.push((await statuses()).filter((status) => status === 'waiting').length);
      fixture.clock.atMs += 60_000;
    }
    expect(active).toEqual([2, 2, 2, 1, 0]);
    expect(texts().toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(await fixture.rows('queued_start')).toEqual([]);
  });

  it('is refused when the flow is full and says so', async () => {
    await publishQueue({ maxActiveRuns: 1 });
    await fixture.accept(runtime, comment('c1', '7', 'a'), comment('c2', '8', 'b'));
    await runtime.runUntilIdle();
    expect(await statuses()).toEqual(['waiting']);
    const { rows } = await fixture.migrated.database.withWorkspace(fixture.workspaceId, (tx) =>
      sql<{
        reason: string;
      }>`select skipped -> 0 ->> 'reason' as reason from heddle.inbound_event where state = 'ignored'`.execute(tx),
    );
    expect(rows[0]?.reason).toContain('1 run of this flow are active');
  });
});
