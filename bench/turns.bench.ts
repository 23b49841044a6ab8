import { comment, createRuntimeFixture, nodes } from '../server/src/runtime/testing/runtime-fixture.ts';
import type { BenchmarkContext, BenchmarkResult } from './support/benchmark.ts';
import { atLeast, exactly } from './support/goal.ts';
import { startPrivatePostgres } from './support/private-postgres.ts';

export const name = 'turns';
export const method =
  'Comments of as many people lie in the mailbox; one process takes the turns: trigger, tag, public reply, private reply, tag. The platform ' +
  'answers at once and in memory, so what is measured is the runtime and Postgres (production durability), on the machine they share.';

export async function run(context: BenchmarkContext): Promise<BenchmarkResult> {
  const comments = context.numberOption('comments', 3_000);
  const postgres = await startPrivatePostgres();
  context.afterwards(() => postgres.stop());
  process.env['TEST_DATABASE_URL'] = postgres.url;
  const fixture = await createRuntimeFixture();
  context.afterwards(() => fixture.drop());
  const runtime = fixture.startRuntime();
  await fixture.publish(
    runtime,
    {
      asked: nodes.onComment(),
      tagA: nodes.tag('a'),
      reply: nodes.send('commentReply', 'Sent!'),
      dm: nodes.send('privateReply', 'It is 10.'),
      tagB: nodes.tag('b'),
    },
    [
      ['asked.matched', 'tagA'],
      ['tagA.done', 'reply'],
      ['reply.sent', 'dm'],
      ['dm.sent', 'tagB'],
    ],
  );
  const take = async (prefix: string, count: number): Promise<number> => {
    for (let from = 0; from < count; from += 500) {
      const events = Array.from({ length: Math.min(500, count - from) }, (_, index) =>
        comment(`${prefix}${from + index}`, `${prefix}p${from + index}`, 'price'),
      );
      await fixture.accept(runtime, ...events);
    }
    const startedMs = performance.now();
    await runtime.runUntilIdle();
    return performance.now() - startedMs;
  };
  context.note('Warming up');
  await take('w', 300);
  context.note(`Taking ${comments} turns`);
  const tookMs = await take('c', comments);
  const runs = await fixture.rows<{ status: string }>('run');
  const sent = fixture.platform.delivered.length;
  return {
    figures: {
      runsPerSecond: Math.round((comments * 1_000) / tookMs),
      sendsPerSecond: Math.round((comments * 2_000) / tookMs),
    },
    goals: [
      atLeast('runs per second', (comments * 1_000) / tookMs, 100),
      exactly('runs that did not complete', runs.filter((row) => row.status !== 'succeeded').length, 0),
      exactly('sends', sent - 2 * (comments + 300), 0),
    ],
  };
}
