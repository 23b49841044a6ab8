/** A thread that plays the ranges it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { Bug } from './bugs.ts';
import { simulateRange } from './simulate-range.ts';

/** What the main thread sends. */
export interface RangeRequest {
  readonly from: number;
  readonly count: number;
  readonly bugs: readonly Bug[];
}

parentPort?.on('message', (request: RangeRequest) => void play(request));

async function play({ from, count, bugs }: RangeRequest): Promise<void> {
  const outcome = await simulateRange(from, count, bugs);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(outcome);
}
