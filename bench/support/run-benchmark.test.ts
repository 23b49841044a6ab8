import { expect, it } from 'vitest';
import { atLeast, atMost, exactly } from './goal.ts';
import { runBenchmark } from './run-benchmark.ts';

it('holds when every goal does, and prints figures and goals', async () => {
  const printed: string[] = [];
  const outcome = await runBenchmark(
    {
      name: 'ingest',
      run: async ({ numberOption }) => ({
        figures: { acceptedPerSecond: numberOption('rate', 1), answerP95Ms: 12.345 },
        goals: [atLeast('share of the floor', 0.6, 0.5), atMost('p95, ms', 12.345, 20), exactly('lost', 0, 0)],
      }),
    },
    ['--rate', '4000'],
    (text) => printed.push(text),
  );
  expect(outcome.held).toBe(true);
  expect(outcome.figures['acceptedPerSecond']).toBe(4000);
  expect(printed.join('\n')).toContain('acceptedPerSecond  4,000\nanswerP95Ms         12.3');
});

it.each([
  ['a figure misses its limit', atLeast('share', 0.4, 0.5)],
  ['a figure cannot be told', atMost('p95, ms', Number.NaN, 20)],
  ['a count is off', exactly('sent twice', 1, 0)],
])('does not hold when %s', async (_, goal) => {
  const outcome = await runBenchmark(
    { name: 'ingest', run: async () => ({ figures: {}, goals: [exactly('lost', 0, 0), goal] }) },
    [],
    () => {},
  );
  expect(outcome.held).toBe(false);
});

it('cleans up in reverse order, and holds nothing, when the benchmark fails', async () => {
  const printed: string[] = [];
  const closed: string[] = [];
  const outcome = await runBenchmark(
    {
      name: 'ingest',
      run: ({ afterwards }) => {
        afterwards(() => void closed.push('postgres'));
        afterwards(() => void closed.push('server'));
        return Promise.reject(new Error('port taken'));
      },
    },
    [],
    (text) => printed.push(text),
  );
  expect(closed).toEqual(['server', 'postgres']);
  expect(outcome.held).toBe(false);
  expect(printed.join('\n')).toContain('port taken');
});
