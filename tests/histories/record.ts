// Run as `npm run histories` at each release: records what the engine of this version does, into `tests/histories/<version>/`. Refuses to touch
// histories that are there: those of a released version are never changed. `--again` takes a version that was not released yet anew.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHandlerRegistry } from '@heddle/engine';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { paths } from './flows/paths.ts';
import { templates } from './flows/templates.ts';
import { waits } from './flows/waits.ts';
import type { HistoryFile } from './history.ts';
import { recordFlow, typesIn } from './record-flow.ts';

// The root's package.json names the version.
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
  version: string;
};
const folder = join(import.meta.dirname, version);
const isAgain = process.argv.includes('--again');
if (existsSync(folder) && !isAgain) {
  console.error(
    `${folder} is there already. Raise "version" in package.json first, or use --again while ${version} is not released.`,
  );
  process.exit(1);
}
const registry = createHandlerRegistry(builtInHandlers);
const files = new Map<string, HistoryFile>();
for (const recorded of [...templates, ...waits, ...paths])
  files.set(recorded.name, await recordFlow(recorded, version, registry));

const types = typesIn(files.values());
const missing = builtInHandlers
  .map(({ definition }) => `${definition.type}@${definition.version}`)
  .filter((type) => !types.has(type));
if (missing.length > 0) {
  console.error(`No history uses ${missing.join(', ')}. Add a flow with it in tests/histories/flows.`);
  process.exit(1);
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let bytes = 0;
for (const [name, file] of files) {
  const text = `${JSON.stringify(file)}\n`;
  bytes += Buffer.byteLength(text);
  writeFileSync(join(folder, `${name}.json`), text);
}
const count = [...files.values()].reduce((sum, { histories }) => sum + histories.length, 0);
console.log(
  `Recorded ${count} histories of ${files.size} flows with ${types.size} node types in ${folder} (${Math.ceil(bytes / 1024)} KiB).`,
);
