import { expect, it } from 'vitest';
import { createRandom } from '../product/random.ts';
import { momentsToKill } from './measure-kills.ts';

it('chooses as many different moments as there are kills, in order, none before the first or after the last event', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const moments = momentsToKill(12, 10, createRandom(seed));
    expect(moments).toHaveLength(10);
    expect(new Set(moments).size).toBe(10);
    expect(moments).toEqual(moments.toSorted((a, b) => a - b));
    expect(moments.every((moment) => moment >= 1 && moment <= 11)).toBe(true);
  }
});

it('repeats the moments of a seed', () => {
  expect(momentsToKill(500, 10, createRandom(7))).toEqual(momentsToKill(500, 10, createRandom(7)));
  expect(momentsToKill(500, 10, createRandom(7))).not.toEqual(momentsToKill(500, 10, createRandom(8)));
});
