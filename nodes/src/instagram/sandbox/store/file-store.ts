/**
 * Snapshot plus append journal in one directory. A transaction is acknowledged after its journal line has been synced to
 * the disk; transactions that arrive while a sync runs share the next one (group commit).
 *
 * `snapshot.json` names the generation of the journal that continues it, so that a crash at any point of compaction leaves
 * either the old pair or the new one. A torn last line is cut off when the journal is opened.
 */
import { mkdir, open, readdir, readFile, rename, truncate, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { RowChange } from '../table.ts';
import { findJournalLine, parseSnapshot, toJournalLine } from './journal-line.ts';
import { applyChange, listRows } from './memory-store.ts';
import type { SandboxStore } from './store.ts';

interface Waiting {
  readonly line: string;
  readonly changes: readonly RowChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Conversations of practice people, and tokens: for their owner only. */
const PRIVATE = 0o600;

/** @param compactBytes journal size that starts a new snapshot (32 MiB: a replay stays well below a second or two). */
export function createFileStore(
  directory: string,
  { compactBytes = 32 * 1024 * 1024 }: { compactBytes?: number } = {},
): SandboxStore {
  const tables = new Map<string, Map<string, unknown>>();
  const snapshotPath = join(directory, 'snapshot.json');
  let generation = 0;
  let journal: FileHandle | undefined;
  let journalBytes = 0;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let broken: Error | undefined;

  const journalPath = (of: number): string => join(directory, `journal-${of}.ndjson`);

  async function load(): Promise<ReturnType<typeof listRows>> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const text = await readFile(snapshotPath, 'utf8').catch(ignoreMissing);
    if (text !== undefined) {
      const snapshot = parseSnapshot(text);
      generation = snapshot.generation;
      for (const [table, rows] of Object.entries(snapshot.tables)) tables.set(table, new Map(Object.entries(rows)));
    }
    await replayJournal();
    journal = await open(journalPath(generation), 'a', PRIVATE);
    await syncDirectory(directory);
    for (const name of await readdir(directory)) {
      // left behind by a crash during compaction
      if (/^journal-\d+\.ndjson$/.test(name) && join(directory, name) !== journalPath(generation))
        await unlink(join(directory, name));
    }
    return listRows(tables);
  }

  async function replayJournal(): Promise<void> {
    const bytes = await readFile(journalPath(generation)).catch(ignoreMissing);
    if (bytes === undefined) return;
    let start = 0;
    for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
      const changes = findJournalLine(bytes.toString('utf8', start, end));
      if (!changes) break; // nothing after a torn line was ever acknowledged
      for (const change of changes) applyChange(tables, change);
      start = end + 1;
    }
    if (start < bytes.length) await truncate(journalPath(generation), start);
    journalBytes = start;
  }

  function append(changes: readonly RowChange[]): Promise<void> {
    if (broken !== undefined) return Promise.reject(broken);
    return new Promise((resolve, reject) => {
      waiting.push({ line: toJournalLine(changes), changes, resolve, reject });
      writing ??= writeAll();
    });
  }

  async function writeAll(): Promise<void> {
    await Promise.resolve(); // lets the transactions of this tick join the first write
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        if (!journal) throw new Error('The sandbox store is closed or was never loaded.');
        const bytes = Buffer.from(group.map((entry) => entry.line).join(''), 'utf8');
        await journal.appendFile(bytes);
        await journal.datasync();
        journalBytes += bytes.length;
        for (const entry of group) for (const change of entry.changes) applyChange(tables, change);
        if (journalBytes > compactBytes) await compact();
        for (const entry of group) entry.resolve();
      } catch (error) {
        broken = error instanceof Error ? error : new Error(String(error)); // after a failed sync the file's content is unknown: refuse everything that follows
        for (const entry of [...group, ...waiting]) entry.reject(error);
        waiting = [];
      }
    }
    writing = undefined;
  }

  async function compact(): Promise<void> {
    const next = generation + 1;
    const content = JSON.stringify({
      generation: next,
      tables: Object.fromEntries([...tables].map(([name, rows]) => [name, Object.fromEntries(rows)])),
    });
    await writeFileDurably(`${snapshotPath}.tmp`, content);
    const fresh = await open(journalPath(next), 'a', PRIVATE);
    await rename(`${snapshotPath}.tmp`, snapshotPath);
    await syncDirectory(directory);
    await journal?.close();
    await unlink(journalPath(generation)).catch(ignoreMissing);
    journal = fresh;
    generation = next;
    journalBytes = 0;
  }

  async function close(): Promise<void> {
    await writing;
    await journal?.close();
    journal = undefined;
  }

  return { load, append, close };
}

async function writeFileDurably(path: string, content: string): Promise<void> {
  const file = await open(path, 'w', PRIVATE);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes names created or renamed in the directory survive a crash. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
