import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findChromium } from './ensure-chromium.mjs';

it('takes the Chromium of HEDDLE_CHROMIUM before any in the path, and nothing else when that cannot be run', () => {
  const dir = mkdtempSync(join(tmpdir(), 'heddle-chromium-'));
  const inPath = join(dir, 'chromium');
  const chosen = join(dir, 'mine');
  for (const file of [inPath, chosen]) writeFileSync(file, '#!/bin/sh\n');
  chmodSync(inPath, 0o755);
  expect(findChromium({ PATH: dir })).toBe(inPath);
  expect(findChromium({ PATH: dir, HEDDLE_CHROMIUM: chosen })).toBeUndefined();
  chmodSync(chosen, 0o755);
  expect(findChromium({ PATH: dir, HEDDLE_CHROMIUM: chosen })).toBe(chosen);
  rmSync(dir, { recursive: true });
});
