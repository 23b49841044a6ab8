import type { JsonValue } from '@heddle/schemas';
import { expect, it } from 'vitest';
import { findJsonBytes, hashToUnit, jsonBytes, randomFor, stickyRandom } from './index.ts';

it.each<JsonValue>([
  null,
  true,
  false,
  0,
  -1.5,
  1e21,
  '',
  'a"b\\c',
  'line\nbreak\u0001',
  'é',
  '€',
  '👍',
  '\ud800',
  '\udc00x',
  [],
  {},
  [1, [2, []]],
  { a: 1, 'é"': { b: [null] } },
])('counts the bytes of %j as JSON.stringify writes them', (value) => {
  expect(jsonBytes(value)).toBe(new TextEncoder().encode(JSON.stringify(value)).length);
  expect(findJsonBytes(value)).toBe(jsonBytes(value));
});

it('tells what is not JSON', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    () => 1,
    Symbol('x'),
    new Date(0),
    new Map(),
    { a: undefined },
    [1n],
    circle,
  ])
    expect(findJsonBytes(value)).toBeNull();
});

it('spreads random numbers evenly and repeats them exactly', () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const index = Math.floor(stickyRandom(`contact-${i}`, 'salt') * 10);
    buckets[index] = (buckets[index] ?? 0) + 1;
  }
  for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
  const draw = () => Array.from({ length: 3 }, randomFor(7, 'node', 2));
  expect(draw()).toEqual(draw());
  expect(new Set(draw()).size).toBe(3);
  expect(randomFor(7, 'node', 3)()).not.toBe(randomFor(7, 'node', 2)());
  // Pinned: a contact must stay in its group for ever, over all versions.
  expect(hashToUnit('pinned')).toBe(0.966937318958075);
});
