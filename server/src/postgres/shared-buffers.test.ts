import { expect, it } from 'vitest';
import { sharedBuffers } from './shared-buffers.ts';

const GB = 1_073_741_824;

it.each([
  [GB / 2, '128MB'],
  [2 * GB, '256MB'],
  [64 * GB, '512MB'],
])('of %d bytes of memory takes a fitting part', (memory, value) => {
  expect(sharedBuffers(memory)).toBe(value);
});
