import { crc32 } from 'node:zlib';
import { findJson, isObject } from '../json.ts';
import type { RowChange } from '../table.ts';

/**
 * One transaction as one line: `{crc32 of the JSON, 8 hex digits} {JSON}\n`, JSON being `[[table, key, value], ...]`
 * and `[table, key]` for a deleted row.
 */
export function toJournalLine(changes: readonly RowChange[]): string {
  const json = JSON.stringify(
    changes.map((change) =>
      change.value === undefined ? [change.table, change.key] : [change.table, change.key, change.value],
    ),
  );
  return `${checksum(json)} ${json}\n`;
}

/** Reads a line without its line feed; `undefined` when it was torn by a crash. */
export function findJournalLine(line: string): RowChange[] | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined;
  const value = findJson(json);
  if (!Array.isArray(value)) return undefined;
  const changes: RowChange[] = [];
  for (const item of value) {
    if (!Array.isArray(item)) return undefined;
    const [table, key, row] = item as unknown[]; // Array.isArray gives any[]
    if (typeof table !== 'string' || typeof key !== 'string') return undefined;
    changes.push({ table, key, value: row });
  }
  return changes;
}

/** The snapshot file's content: which journal continues it, and all rows. */
export interface Snapshot {
  readonly generation: number;
  readonly tables: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** @throws Error when the text is not a snapshot; snapshots are replaced atomically, so this is not a crash but damage. */
export function parseSnapshot(text: string): Snapshot {
  const value = findJson(text);
  if (!isObject(value) || typeof value['generation'] !== 'number' || !isObject(value['tables']))
    throw new Error('The sandbox snapshot cannot be read. Move the sandbox folder away to start afresh.');
  const tables: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const [name, rows] of Object.entries(value['tables'])) if (isObject(rows)) tables[name] = rows;
  return { generation: value['generation'], tables };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
