import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { contentHash, unlessStamped } from './stamp.mjs';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'heddle-stamp-'));
  mkdirSync(join(dir, 'src'));
  writeFileSync(join(dir, 'src', 'a.ts'), 'export const a = 1;');
});

afterEach(() => rmSync(dir, { recursive: true }));

it('sees content, names and facts, but neither times nor tests', () => {
  const before = contentHash(dir, ['src', 'missing'], ['node 24']);
  writeFileSync(join(dir, 'src', 'a.ts'), 'export const a = 1;');
  writeFileSync(join(dir, 'src', 'a.test.ts'), 'it()');
  expect(contentHash(dir, ['src', 'missing'], ['node 24'])).toBe(before);

  expect(contentHash(dir, ['src', 'missing'], ['node 26'])).not.toBe(before);
  writeFileSync(join(dir, 'src', 'b.ts'), '');
  expect(contentHash(dir, ['src', 'missing'], ['node 24'])).not.toBe(before);
});

it('does the work again after a change and after a failure, and only then', async () => {
  const stamp = join(dir, 'stamps', 'built');
  const done: string[] = [];
  const build = (hash: string, fails = false) =>
    unlessStamped(stamp, hash, async () => {
      done.push(hash);
      if (fails) throw new Error('interrupted');
    });

  await build('one');
  await build('one');
  await expect(build('two', true)).rejects.toThrow('interrupted');
  await build('one'); // its result may have been half overwritten
  await build('one');
  expect(done).toEqual(['one', 'two', 'one']);
});
