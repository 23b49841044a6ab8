import { LatencyHistogram } from '../support/latency-histogram.ts';
import type { Interrupted } from './open-sends.ts';

/** How long interrupted sends stayed open, in seconds. */
export interface SettleReport {
  readonly fromFirst: LatencyHistogram;
  /** From the last strike that hit whoever was looking after it. */
  readonly fromLast: LatencyHistogram;
  readonly never: number;
}

export function reportSettling(sends: readonly Interrupted[]): SettleReport {
  const fromFirst = new LatencyHistogram();
  const fromLast = new LatencyHistogram();
  let never = 0;
  for (const { firstMs, lastMs, settledMs } of sends) {
    if (settledMs === null) never += 1;
    else {
      fromFirst.record(settledMs - firstMs);
      fromLast.record(settledMs - lastMs);
    }
  }
  return { fromFirst, fromLast, never };
}

/** 0 when nothing was interrupted. */
export function seconds(histogram: LatencyHistogram, percent: number): number {
  if (histogram.count === 0) return 0;
  return Math.round(histogram.percentileMs(percent) / 100) / 10;
}
