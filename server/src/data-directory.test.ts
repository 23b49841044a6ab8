import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureDataDirectory } from './data-directory.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'heddle-data-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;
const problem = (dataDir: string) => {
  try {
    ensureDataDirectory(dataDir);
  } catch (error) {
    return `${error instanceof Error ? error.message : ''} ${error instanceof Error && 'remedy' in error ? String(error.remedy) : ''}`;
  }
  return 'no problem';
};

it('makes it with its parents, for its owner only', () => {
  const path = join(root, 'a', 'b', 'data');
  ensureDataDirectory(path);
  expect(modeOf(path)).toBe(0o700);
  ensureDataDirectory(path);
});

it('closes one that an earlier version left open, and no other', () => {
  const old = join(root, 'old');
  mkdirSync(join(old, 'pg18'), { recursive: true });
  writeFileSync(join(old, 'keys'), '');
  chmodSync(old, 0o755);
  ensureDataDirectory(old);
  expect(modeOf(old)).toBe(0o700);

  const shared = join(root, 'shared');
  mkdirSync(join(shared, 'pg18'), { recursive: true });
  writeFileSync(join(shared, 'letter.txt'), '');
  chmodSync(shared, 0o755);
  ensureDataDirectory(shared);
  expect(modeOf(shared)).toBe(0o755);
});

it('says that a file is a file, and which', () => {
  const file = join(root, 'file');
  writeFileSync(file, 'kept');
  expect(problem(file)).toMatch(/HEDDLE_DATA_DIR is .*file, and that is a file\. Set HEDDLE_DATA_DIR to a directory/);
  expect(problem(join(file, 'a', 'b'))).toMatch(/cannot be made: .*\/file is a file\. Set HEDDLE_DATA_DIR/);
});

it.runIf(existsSync('/proc/self'))('gives up at once where nothing can be made', () => {
  expect(problem('/proc/heddle/data')).toMatch(/\/proc\/heddle\/data cannot be made: .* Make \/proc writable/);
});
