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

parentPort?.on('message', ({ from, count, bugs }: RangeRequest) => {
  void simulateRange(from, count, bugs).then((outcome) => parentPort?.postMessage(outcome));
});
