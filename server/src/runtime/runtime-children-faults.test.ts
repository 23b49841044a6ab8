import { beforeEach, describe, expect, it } from 'vitest';
import { LEASE_MS } from './mailbox/mailbox.ts';
import { RECONCILE_AFTER_MS } from './outbox/ask-what-happened.ts';
import { mortal } from './testing/mortal.ts';
import { comment, createRuntimeFixture, nodes, type RuntimeFixture } from './testing/runtime-fixture.ts';

let fixture: RuntimeFixture;
beforeEach(async () => {
  fixture = await createRuntimeFixture();
  return () => fixture.drop();
});

/** More than any of these flows makes. */
const COMMITS = 14;

/** A new process takes over: leases of the dead one end, and open outcomes may be asked for. */
async function recover(): Promise<void> {
  const next = fixture.startRuntime();
  for (let round = 0; round < 4; round += 1) {
    fixture.clock.atMs += LEASE_MS + RECONCILE_AFTER_MS;
    await next.runUntilIdle();
  }
}

const runs = () =>
  fixture.rows<{ id: string; status: string; parent_run_id: string | null; child_index: number | null }>('run');

describe.each(['before', 'after'] as const)('a process that dies at any commit, %s it', (when) => {
  it('sends each item of a loop for a person once, in order', async () => {
    await fixture.publish(
      fixture.startRuntime(),
      {
        asked: nodes.onComment(),
        each: nodes.forEach(['a', 'b', 'c'], 1),
        reply: nodes.send('commentReply', '{{ nodes.each.item }}'),
        end: nodes.send('commentReply', 'end {{ nodes.each.succeeded }}'),
      },
      [
        ['asked.matched', 'each'],
        ['each.each', 'reply'],
        ['each.done', 'end'],
      ],
    );
    for (let commit = 1; commit <= COMMITS; commit += 1) {
      const id = `${when}${commit}`;
      const first = fixture.startRuntime(mortal(commit, when).wrap);
      await fixture.accept(first, comment(id, id, 'price'));
      await first.runUntilIdle();
      await recover();
      const sent = fixture.platform.delivered.flatMap(({ action }) =>
        'commentId' in action && action.commentId === id && 'text' in action ? [action.text] : [],
      );
      expect([commit, sent]).toEqual([commit, ['a', 'b', 'c', 'end 3']]);
    }
    const all = await runs();
    expect(new Set(all.map((run) => run.status))).toEqual(new Set(['succeeded']));
    expect(all).toHaveLength(COMMITS * 4);
  });

  it('runs each item of a loop about nobody in one run, which counts once', async () => {
    const flowId = await fixture.publish(
      fixture.startRuntime(),
      {
        start: nodes.onStart(),
        each: nodes.forEach(['a', 'b', 'c'], 2),
        note: nodes.note('{{ nodes.each.item }}'),
        reply: nodes.send('commentReply', '{{ trigger.id }}{{ nodes.each.item }}'),
        end: nodes.note('end {{ nodes.each.succeeded }} {{ nodes.each.failed }}'),
      },
      [
        ['start.started', 'each'],
        ['each.each', 'note'],
        ['note.done', 'reply'],
        ['each.done', 'end'],
      ],
    );
    for (let commit = 1; commit <= COMMITS; commit += 1) {
      const before = fixture.platform.delivered.length;
      const first = fixture.startRuntime(mortal(commit, when).wrap);
      await fixture.startByHand(first, flowId, { id: `${commit}:` });
      await first.runUntilIdle();
      await recover();
      const sent = fixture.platform.delivered.slice(before).map(({ action }) => ('text' in action ? action.text : ''));
      expect(sent.toSorted()).toEqual([`${commit}:a`, `${commit}:b`, `${commit}:c`]);
      expect(fixture.pureRuns.at(-1)).toBe('end 3 0');
    }
    const all = await runs();
    const parents = all.filter((run) => run.parent_run_id === null);
    expect(parents).toHaveLength(COMMITS);
    for (const parent of parents) {
      const below = all.filter((run) => run.parent_run_id === parent.id);
      expect(below.map((run) => Number(run.child_index)).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
    }
    expect(new Set(all.map((run) => run.status))).toEqual(new Set(['succeeded']));
    expect(await fixture.rows('subject')).toEqual([]);
  });
});
