import type { RowChange } from '../table.ts';
import type { SandboxStore, StoredRow } from './store.ts';

/** Keeps nothing on disk; a second sandbox opened on the same object sees what the first one appended. */
export function createMemoryStore(): SandboxStore {
  const tables = new Map<string, Map<string, unknown>>();
  return {
    load: () => Promise.resolve(listRows(tables)),
    append: (changes) => {
      // through JSON, so that what a test keeps in memory is what a file would have kept
      for (const change of changes)
        applyChange(tables, {
          ...change,
          value: change.value === undefined ? undefined : JSON.parse(JSON.stringify(change.value)),
        });
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** Carries one change into a set of tables. */
export function applyChange(tables: Map<string, Map<string, unknown>>, change: RowChange): void {
  const rows = tables.get(change.table) ?? new Map<string, unknown>();
  tables.set(change.table, rows);
  if (change.value === undefined) rows.delete(change.key);
  else rows.set(change.key, change.value);
}

export function listRows(tables: Map<string, Map<string, unknown>>): StoredRow[] {
  const rows: StoredRow[] = [];
  for (const [table, entries] of tables) for (const [key, value] of entries) rows.push({ table, key, value });
  return rows;
}
