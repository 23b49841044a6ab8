// Run as `npm run flow-tests -- FILE...`: runs the test cases inside exported flows, in memory, and exits with 1 when one fails.
// FILE is an exported flow, or a folder of them; without any, the shipped templates. See docs/members/flow-tests.md.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createHandlerRegistry, type NodeHandler } from '@heddle/engine';
import { runFlowTests } from '@heddle/engine/test-kit';
import { builtInHandlers } from '@heddle/nodes/handlers';
import { FlowError, migrateFlowToLatest } from '@heddle/schemas';

const USAGE = 'Use: npm run flow-tests -- [--plugin FILE] [FLOW.json or FOLDER]...';
const TEMPLATES = resolve(import.meta.dirname, '..', 'examples', 'templates');

/** What the command line asks for. `wrong`: why it cannot be done. */
interface Wanted {
  readonly files: readonly string[];
  readonly plugins: readonly string[];
  readonly wrong: string | null;
}

process.exitCode = await main(process.argv.slice(2));

/** @returns The exit code: 0 when all passed, 1 when a case failed or a file holds none, 2 when the command makes no sense. */
async function main(args: readonly string[]): Promise<number> {
  const { files, plugins, wrong } = parse(args);
  if (wrong !== null) {
    console.error(`${wrong}\n${USAGE}`);
    return 2;
  }
  const outside = await Promise.all(plugins.map(loadHandlers));
  const registry = createHandlerRegistry([...builtInHandlers, ...outside.flat()]);
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    console.log(relative(process.cwd(), file) || file);
    for (const { name, failures } of await testFile(file, registry)) {
      console.log(`  ${failures.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
      for (const failure of failures) console.log(`         ${failure}`);
      if (failures.length === 0) passed += 1;
      else failed += 1;
    }
  }
  console.log(`${files.length} ${files.length === 1 ? 'flow' : 'flows'}: ${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function testFile(
  file: string,
  registry: Parameters<typeof runFlowTests>[1],
): Promise<readonly { readonly name: string; readonly failures: readonly string[] }[]> {
  try {
    const results = await runFlowTests(migrateFlowToLatest(JSON.parse(readFileSync(file, 'utf8'))), registry);
    return results.length > 0 ? results : [{ name: 'Test cases', failures: ['The flow holds none.'] }];
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof FlowError)) throw error;
    return [{ name: 'Flow', failures: [error.message] }];
  }
}

function parse(args: readonly string[]): Wanted {
  const plugins: string[] = [];
  const paths: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? '';
    if (arg === '--plugin') {
      index += 1;
      plugins.push(resolve(args[index] ?? ''));
    } else if (arg.startsWith('-')) return { files: [], plugins, wrong: `There is no option "${arg}".` };
    else paths.push(resolve(arg));
  }
  const files: string[] = [];
  for (const path of paths.length === 0 ? [TEMPLATES] : paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { files: [], plugins, wrong: `There is no file "${path}".` };
    if (stat.isDirectory()) files.push(...flowsIn(path));
    else files.push(path);
  }
  return files.length === 0
    ? { files, plugins, wrong: 'The folder holds no .json file.' }
    : { files, plugins, wrong: null };
}

function flowsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => join(folder, name));
}

/** The node types of a plugin: every handler, or list of them, that the file exports. */
async function loadHandlers(file: string): Promise<NodeHandler[]> {
  const exported: unknown[] = Object.values(await import(file));
  // What has a definition with a type is a handler; anything else that a plugin exports is passed over.
  return exported
    .flat()
    .filter(
      (value): value is NodeHandler =>
        typeof value === 'object' &&
        value !== null &&
        'definition' in value &&
        Object(value.definition).type !== undefined,
    );
}
