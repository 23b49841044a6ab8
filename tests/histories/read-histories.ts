import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryFile } from './history.ts';

/** Every stored file, by `<version>/<name>`. */
export function readHistories(folder = import.meta.dirname): Map<string, HistoryFile> {
  const files = new Map<string, HistoryFile>();
  const versions = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && /^\d/.test(entry.name),
  );
  for (const { name: version } of versions) {
    for (const file of readdirSync(join(folder, version)).filter((name) => name.endsWith('.json'))) {
      // Written by record.ts.
      const parsed = JSON.parse(readFileSync(join(folder, version, file), 'utf8')) as HistoryFile;
      files.set(`${version}/${file.slice(0, -'.json'.length)}`, parsed);
    }
  }
  return files;
}
