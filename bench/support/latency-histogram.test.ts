import { expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

it('gives exact percentiles by nearest rank, whatever the order and the number of samples', () => {
  const histogram = new LatencyHistogram();
  for (let ms = 3000; ms >= 1; ms -= 1) histogram.record(ms);
  expect(histogram.count).toBe(3000);
  expect(histogram.percentileMs(0.01)).toBe(1);
  expect(histogram.percentileMs(50)).toBe(1500);
  expect(histogram.percentileMs(99)).toBe(2970);
  expect(histogram.percentileMs(100)).toBe(3000);
  histogram.record(0.5);
  expect(histogram.percentileMs(0.01)).toBe(0.5);
});

it('has no percentile without a sample', () => {
  expect(new LatencyHistogram().percentileMs(50)).toBeNaN();
});

it('times work that fails', async () => {
  const histogram = new LatencyHistogram();
  await expect(histogram.time(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(histogram.count).toBe(1);
});
