// Run as `npm run bench NAME [-- ARGS]`. Prints the machine, the method and the tables, and as its last line one JSON
// object {"name","figures","goals","held"}. Exits 1 when a goal is not held.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseBenchmark } from './support/benchmark.ts';
import { describeMachine } from './support/machine.ts';
import { BENCH_DIR } from './support/private-postgres.ts';
import { runBenchmark } from './support/run-benchmark.ts';

const SUFFIX = '.bench.ts';

const [name, ...args] = process.argv.slice(2);
const file = join(import.meta.dirname, `${name ?? ''}${SUFFIX}`);
if (name === undefined || !/^[\w-]+$/.test(name) || !existsSync(file)) {
  console.error(name === undefined ? 'Usage: npm run bench NAME' : `There is no benchmark "${name}".`);
  console.error(`Choose one of: ${knownNames().join(', ') || '(there is none yet)'}`);
  process.exit(1);
}
const benchmark = parseBenchmark(file, await import(pathToFileURL(file).href));
console.log(`${benchmark.name}\n\nMachine: ${describeMachine(BENCH_DIR)}`);
if (benchmark.method) console.log(`Method: ${benchmark.method}`);
const outcome = await runBenchmark(benchmark, args, (text) => console.log(text));
console.log(JSON.stringify(outcome));
process.exit(outcome.held ? 0 : 1);

function knownNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((entry) => entry.endsWith(SUFFIX))
    .map((entry) => entry.slice(0, -SUFFIX.length));
}
