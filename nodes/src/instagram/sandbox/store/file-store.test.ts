import { appendFile, mkdtemp, readdir, readFile, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileStore } from './file-store.ts';
import type { SandboxStore } from './store.ts';

let directory = '';
// A crash is a store that is never closed before the next one opens; the handles go back afterwards.
const crashed: SandboxStore[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  for (const store of crashed.splice(0)) await store.close();
});

function openStore(path: string, options?: { compactBytes: number }): SandboxStore {
  const store = createFileStore(path, options);
  crashed.push(store);
  return store;
}

const put = (key: string, value: unknown, table = 'notes') => [{ table, key, value }];

async function rowsAfterRestart(): Promise<Record<string, unknown>> {
  const store = createFileStore(directory);
  const rows = await store.load();
  await store.close();
  return Object.fromEntries(rows.map((row) => [`${row.table}/${row.key}`, row.value]));
}

describe('file store', () => {
  it('keeps puts and deletes of an unclosed process', async () => {
    const store = openStore(directory);
    await store.load();
    await store.append([...put('a', { text: 'Körbe 😍' }), ...put('b', 2), ...put('__proto__', 'x')]);
    await store.append([{ table: 'notes', key: 'b', value: undefined }]);
    expect(await rowsAfterRestart()).toEqual(
      Object.fromEntries([
        ['notes/a', { text: 'Körbe 😍' }],
        ['notes/__proto__', 'x'],
      ]),
    );
  });

  it.each([
    ['half a line', (line: string) => line.slice(0, line.length / 2)],
    ['a whole line without its end', (line: string) => line.trimEnd()],
    ['a line with a flipped letter', (line: string) => line.replace('lost', 'losT')],
  ])('drops %s at the end and writes on behind the last good one', async (_name, damage) => {
    const store = openStore(directory);
    await store.load();
    await store.append(put('kept', 1));
    await store.append(put('lost', 2));
    const path = join(directory, 'journal-0.ndjson');
    const lines = (await readFile(path, 'utf8')).split('\n');
    const torn = await mkdtemp(join(tmpdir(), 'store-'));
    await appendFile(join(torn, 'journal-0.ndjson'), `${lines[0]}\n${damage(`${lines[1]}\n`)}`);
    directory = torn;
    const second = openStore(torn);
    await second.load();
    await second.append(put('next', 3));
    expect(await rowsAfterRestart()).toEqual({ 'notes/kept': 1, 'notes/next': 3 });
  });

  it('writes transactions that arrive together as one group, in order', async () => {
    const store = openStore(directory);
    await store.load();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 200 }, (_, number) => store.append(put('n', number)).then(() => order.push(number))),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(await rowsAfterRestart()).toEqual({ 'notes/n': 199 });
  });

  it('starts a new snapshot when the journal has grown, and leaves no old journal', async () => {
    const store = openStore(directory, { compactBytes: 500 });
    await store.load();
    for (let number = 0; number < 30; number += 1)
      await store.append(put(`k${number % 5}`, { number, text: 'x'.repeat(50) }));
    expect(Object.keys(await rowsAfterRestart())).toHaveLength(5);
    expect((await readdir(directory)).filter((name) => name.startsWith('journal-'))).toHaveLength(1);
  });

  it('survives a crash between a new snapshot and its journal', async () => {
    const store = openStore(directory, { compactBytes: 1 });
    await store.load();
    await store.append(put('a', 1));
    for (const name of await readdir(directory)) if (name.startsWith('journal-')) await unlink(join(directory, name));
    expect(await rowsAfterRestart()).toEqual({ 'notes/a': 1 });
  });

  it('refuses everything after it was closed', async () => {
    const store = openStore(directory);
    await store.load();
    await store.close();
    await expect(store.append(put('a', 1))).rejects.toThrow('closed');
  });
});
