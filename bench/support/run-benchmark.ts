import type { Benchmark, BenchmarkContext, BenchmarkResult } from './benchmark.ts';
import { exactly } from './goal.ts';
import { formatTable } from './text-table.ts';

type CleanUp = () => Promise<void> | void;

/**
 * Runs one benchmark and prints its figures and goals as tables. One that fails half-way holds nothing.
 *
 * @returns The last line of the output as an object.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  args: readonly string[],
  print: (text: string) => void,
): Promise<BenchmarkResult & { name: string; held: boolean }> {
  const cleanUps: CleanUp[] = [];
  const removeSignalHandlers = onSignal(() => runAll(cleanUps));
  let result: BenchmarkResult;
  try {
    result = await benchmark.run(contextFor(args, cleanUps, print));
  } catch (error) {
    print(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    result = { figures: {}, goals: [exactly('ran to its end', 0, 1)] };
  } finally {
    removeSignalHandlers();
    await runAll(cleanUps);
  }
  const { figures, goals } = result;
  const figureRows = Object.entries(figures).map(([figure, value]) => ({ figure, value }));
  print(`\n${formatTable(figureRows)}`);
  const goalRows = goals.map(({ name, figure, relation, limit, held }) => ({
    goal: name,
    figure,
    '': relation,
    limit,
    held: held ? 'yes' : 'NO',
  }));
  print(`\n${formatTable(goalRows)}\n`);
  return { name: benchmark.name, figures, goals, held: goals.every((goal) => goal.held) };
}

function contextFor(args: readonly string[], cleanUps: CleanUp[], print: (text: string) => void): BenchmarkContext {
  return {
    args,
    numberOption: (name, fallback) => numberOption(args, name, fallback),
    note: (text) => print(`  ${text}`),
    table: (title, rows) => print(`\n${title}\n${formatTable(rows)}`),
    afterwards: (cleanUp) => cleanUps.push(cleanUp),
  };
}

function numberOption(args: readonly string[], name: string, fallback: number): number {
  const position = args.indexOf(`--${name}`);
  const joined = args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const given = position >= 0 ? (args[position + 1] ?? '') : joined;
  if (given === undefined) return fallback;
  const value = Number(given);
  if (given.trim() === '' || Number.isNaN(value)) throw new Error(`--${name} needs a number, not "${given}".`);
  return value;
}

async function runAll(cleanUps: CleanUp[]): Promise<void> {
  for (let next = cleanUps.pop(); next; next = cleanUps.pop()) await next();
}

/** Ctrl-C must not leave servers and databases behind. */
function onSignal(cleanUp: () => Promise<void>): () => void {
  const stop = (): void => {
    void cleanUp().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
}
