import type { BenchmarkContext, BenchmarkResult } from '../support/benchmark.ts';
import type { Random } from '../product/random.ts';

/** One kind of death, with a world of its own. */
export interface Phase {
  readonly name: string;
  /** In words, for the list of what is to come. */
  readonly title: string;
  run(context: BenchmarkContext, random: Random): Promise<BenchmarkResult>;
}
