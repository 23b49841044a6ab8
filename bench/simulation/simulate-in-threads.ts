import { Worker } from 'node:worker_threads';
import type { Bug } from './bugs.ts';
import type { RangeRequest } from './range-thread.ts';
import { addTotals, noTotals, type RangeOutcome } from './simulate-range.ts';

/** Seeds that a thread takes at a time. */
const CHUNK = 250;
/** Enough to look into; a broken engine fails everywhere. */
const MAX_FAILURES = 20;

/** Plays the seeds `from` … `from + count - 1` in several threads. Ends early after many failures. */
export async function simulateInThreads(options: {
  from: number;
  count: number;
  threads: number;
  bugs: readonly Bug[];
  note: (text: string) => void;
}): Promise<RangeOutcome> {
  const { from, count, threads, bugs, note } = options;
  const totals = noTotals();
  const failures: { seed: number; message: string }[] = [];
  let next = from;
  let noted = 0;
  const playChunks = async (): Promise<void> => {
    const thread = new Worker(new URL('range-thread.ts', import.meta.url));
    try {
      while (next < from + count && failures.length < MAX_FAILURES) {
        const request: RangeRequest = { from: next, count: Math.min(CHUNK, from + count - next), bugs };
        next += request.count;
        const outcome = await ask(thread, request);
        addTotals(totals, outcome.totals);
        failures.push(...outcome.failures);
        for (const { seed, message } of outcome.failures) note(`seed ${seed}: ${message}`);
        if (totals.seeds - noted < 10_000) continue;
        noted = totals.seeds;
        note(`${totals.seeds.toLocaleString('en')} seeds, ${failures.length} of them broke a promise`);
      }
    } finally {
      await thread.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, playChunks));
  return { totals, failures: failures.toSorted((a, b) => a.seed - b.seed) };
}

function ask(thread: Worker, request: RangeRequest): Promise<RangeOutcome> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', (outcome: RangeOutcome) => {
      thread.off('error', reject);
      resolve(outcome);
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.postMessage(request);
  });
}
