import type { Goal } from './goal.ts';
import type { TableRow } from './text-table.ts';

/**
 * What `bench/NAME.bench.ts` exports: either these names one by one, or one object as its default export.
 * `npm run bench NAME` runs it.
 */
export interface Benchmark {
  readonly name: string;
  /** How it measures, in a few sentences: load, data, what is left out. Printed above the figures. */
  readonly method?: string;
  run(context: BenchmarkContext): Promise<BenchmarkResult>;
}

export interface BenchmarkContext {
  /** What follows NAME on the command line. */
  readonly args: readonly string[];
  /** The number behind `--NAME` in `args`, such as `--seed 7`. @throws Error when it is no number */
  readonly numberOption: (name: string, fallback: number) => number;
  /** Shows what is being done; for long benchmarks. */
  readonly note: (text: string) => void;
  /** Prints a table beside the one of figures that is always printed. */
  readonly table: (title: string, rows: readonly TableRow[]) => void;
  /** Called once when the benchmark has ended, failed or was interrupted; the last one given comes first. */
  readonly afterwards: (cleanUp: () => Promise<void> | void) => void;
}

export interface BenchmarkResult {
  /** The unit is part of the name: `acceptedPerSecond`, `answerP95Ms`. */
  readonly figures: Readonly<Record<string, number>>;
  readonly goals: readonly Goal[];
}

/**
 * Checks what a benchmark file exports.
 *
 * @param module Its namespace, as `import()` gives it.
 * @throws Error that says what is missing
 */
export function parseBenchmark(file: string, module: object): Benchmark {
  const found: unknown = 'default' in module ? module.default : module;
  if (!isBenchmark(found)) {
    throw new Error(`${file} must export "name" (text) and "run" (a function); see bench/support/benchmark.ts.`);
  }
  return found;
}

function isBenchmark(value: unknown): value is Benchmark {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'run' in value &&
    typeof value.run === 'function'
  );
}
