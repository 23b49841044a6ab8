import { expect, it } from 'vitest';
import { bucketOf } from './budget.ts';

it.each([
  [100, 1_000],
  [750, 3_600_000],
  [10, 1_000],
  [2, 60_000],
])('never lets more than %d calls through in any window of %d ms', (amount, perMs) => {
  const { size, perSecond } = bucketOf({ bucket: 'b', amount, perMs });
  expect(size + (perSecond * perMs) / 1000).toBeLessThanOrEqual(amount + 1e-9);
});
