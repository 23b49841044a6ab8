import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startTemporaryPostgres } from '../../../server/src/postgres/testing/index.ts';
import type { Bug } from '../bugs.ts';
import type { SeedOutcome } from '../simulate-seed.ts';
import { addTotals, noTotals, type RangeOutcome } from '../simulate-range.ts';
import type { SeedRequest } from './postgres-thread.ts';

type Answer = Omit<SeedOutcome, 'violation'> & { readonly violation: string | null };

/** Enough to look into. */
const MAX_FAILURES = 5;

export interface PostgresRange extends RangeOutcome {
  /** The newest steps of the first seed that broke a promise, or of the only one. */
  readonly trace: readonly string[];
}

/** Plays seeds over the real runtime and a Postgres of its own, in several threads. A thread that met a broken promise gets a new database. */
export async function playOnPostgres(options: {
  from: number;
  count: number;
  threads: number;
  traceLines: number;
  bugs: readonly Bug[];
  note: (text: string) => void;
}): Promise<PostgresRange> {
  const { from, count, threads, traceLines, bugs, note } = options;
  const postgres = await startTemporaryPostgres();
  const totals = noTotals();
  const failures: { seed: number; message: string; trace: readonly string[] }[] = [];
  let onlyTrace: readonly string[] = [];
  let next = from;
  const play = async (): Promise<void> => {
    while (next < from + count && failures.length < MAX_FAILURES) {
      const thread = new Worker(new URL('postgres-thread.ts', import.meta.url), { workerData: { url: postgres.url } });
      try {
        for (let isClean = true; isClean && next < from + count && failures.length < MAX_FAILURES;) {
          const seed = next++;
          const { violation, trace, ...outcome } = await ask(thread, { seed, traceLines, bugs });
          const { steps, runs, sends, unknown, crashes, freezes } = outcome;
          addTotals(totals, { seeds: 1, steps, runs, sends, unknown, crashes, freezes });
          onlyTrace = trace;
          if (totals.seeds % 50 === 0) note(`${totals.seeds} seeds, ${failures.length} of them broke a promise`);
          if (violation === null) continue;
          note(`seed ${seed}: ${violation}`);
          failures.push({ seed, message: violation, trace });
          isClean = false;
        }
      } finally {
        await thread.terminate();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, count) }, play));
  } finally {
    await postgres.stop();
  }
  const sorted = failures.toSorted((a, b) => a.seed - b.seed);
  return { totals, failures: sorted, trace: sorted[0]?.trace ?? (count === 1 ? onlyTrace : []) };
}

async function ask(thread: Worker, request: SeedRequest): Promise<Answer> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  thread.postMessage(request);
  // Rejects with what the thread died of. The thread answers each request by one outcome.
  const [answer] = (await once(thread, 'message')) as [Answer];
  return answer;
}
