/**
 * Writes what is published from the sources here: the JSON Schema files, the OpenAPI document and the error reference.
 *
 * `node schemas/src/generate.ts` writes; with `--check` it writes nothing, names every file that differs and exits 1.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TSchema } from 'typebox';
import { toOpenApi } from './api/index.ts';
import { toErrorReference } from './error-reference.ts';
import { FlowDocumentSchema, InboundEventSchema, NodeDefinitionDataSchema, RunSnapshotSchema } from './index.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = 'schemas/generated/';

/** Draft 7: the newest in which a list of schemas under "items" means a tuple, as TypeBox writes it. */
const DIALECT = 'http://json-schema.org/draft-07/schema#';

/** Published files: path from the root of the repository, and text. */
function generatedFiles(): Map<string, string> {
  const schemas: Readonly<Record<string, TSchema>> = {
    flow: FlowDocumentSchema,
    'node-definition': NodeDefinitionDataSchema,
    'inbound-event': InboundEventSchema,
    'run-snapshot': RunSnapshotSchema,
  };
  const files = new Map<string, string>();
  for (const [name, schema] of Object.entries(schemas))
    files.set(`${FOLDER}${name}.schema.json`, toJson({ $schema: DIALECT, ...schema }));
  files.set(`${FOLDER}openapi.json`, toJson(toOpenApi()));
  files.set('docs/errors.md', toErrorReference());
  return files;
}

function toJson(content: unknown): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function main(isCheck: boolean): number {
  const stale: string[] = [];
  mkdirSync(ROOT + FOLDER, { recursive: true });
  for (const [path, text] of generatedFiles()) {
    const difference = findDifference(readIfThere(ROOT + path), text);
    if (difference === null) continue;
    stale.push(`${path}: ${difference}`);
    if (!isCheck) writeFileSync(ROOT + path, text);
  }
  for (const line of stale) process.stdout.write(`${isCheck ? 'differs' : 'written'}  ${line}\n`);
  return isCheck && stale.length > 0 ? 1 : 0;
}

/** The first line that differs, in words; null when there is none. */
function findDifference(stored: string | null, made: string): string | null {
  if (stored === made) return null;
  if (stored === null) return 'is not there';
  const before = stored.split('\n');
  const after = made.split('\n');
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return `line ${at + 1} is ${show(before[at])}, must be ${show(after[at])}`;
}

function show(line: string | undefined): string {
  return line === undefined ? 'not there' : `"${line.trim().slice(0, 80)}"`;
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

process.exitCode = main(process.argv.includes('--check'));
