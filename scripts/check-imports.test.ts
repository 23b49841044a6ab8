import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('check-imports.ts', import.meta.url));
const MANIFESTS = {
  'schemas/package.json': '{ "exports": { ".": "./src/index.ts" } }',
  'engine/package.json': '{ "exports": { ".": "./src/index.ts" } }',
  'nodes/package.json':
    '{ "exports": { "./definitions": "./src/definitions.ts", "./handlers": "./src/handlers.ts", "./sandbox": "./src/sandbox.ts" } }',
  'server/package.json': '{ "exports": {} }',
};

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'heddle-imports-'));
  write(MANIFESTS);
});

afterEach(() => rmSync(root, { recursive: true }));

it('accepts every import along the arrows', () => {
  write({
    'schemas/src/index.ts': `import { Type } from 'typebox'; export * from './flow.ts';`,
    'schemas/src/flow.ts': `export type Flow = {};`,
    'schemas/src/generate.ts': `import { writeFileSync } from 'node:fs';`,
    'engine/src/index.ts': `import type { Flow } from '@heddle/schemas';`,
    'engine/src/index.test.ts': `import { readFileSync } from 'node:fs'; import './index.ts';`,
    'nodes/src/definitions.ts': `export * from './core/delay/definition.ts'; export * from './core/webhook/definition.ts';`,
    'nodes/src/core/webhook/definition.ts': `export const webhook = {};`,
    'nodes/src/core/delay/definition.ts': `import { Type } from 'typebox'; import '@heddle/engine'; import '../duration.ts';`,
    'nodes/src/core/duration.ts': `import { Type } from 'typebox';`,
    'nodes/src/core/delay/handler.ts': `import './definition.ts'; import { Type } from 'typebox';`,
    'server/src/main.ts': `import '@heddle/nodes/handlers'; import 'node:http';`,
    'editor/src/app.tsx': `import '@heddle/nodes/definitions'; import './app.css'; export const a = <p />;`,
    'editor/vite.config.ts': `import { join } from 'node:path';`,
    'tests/e2e.test.ts': `import '../server/src/main.ts'; import 'node:fs';`,
  });
  expect(check()).toEqual({ code: 0, errors: '' });
});

describe('names file, line, import and what is allowed', () => {
  it.each([
    ['schemas/src/a.ts', `\nimport type { X } from '@heddle/engine';`, 'schemas imports nothing of ours.'],
    ['engine/src/a.ts', `\ntype X = import('../../server/src/x.ts').X;`, 'engine may import: schemas.'],
    ['engine/src/a.ts', `\nexport * from '../../schemas/src/x.ts';`, 'by its name: @heddle/schemas'],
    ['engine/src/a.ts', `\nconst fs = await import('fs');`, 'engine runs in the browser too'],
    ['engine/src/a.ts', `\nimport '@heddle/schemas/private';`, 'publishes only what "exports"'],
    ['nodes/src/core/a.ts', `\nimport '@heddle/server';`, 'nodes may import: schemas, engine.'],
    ['nodes/src/core/delay/definition.ts', `\nimport 'openai';`, 'it runs in the browser'],
    ['nodes/src/core/delay/definition.ts', `\nimport './handler.ts';`, 'it runs in the browser'],
    ['editor/src/a.tsx', `\nimport '@heddle/nodes/sandbox';`, '@heddle/nodes/handlers only'],
    ['nodes/src/core/delay/handler.ts', `\nimport 'node:crypto';`, 'runs in the browser too, in test cases'],
    ['editor/src/a.ts', `\nimport '@heddle/server';`, 'editor may import: schemas, engine, nodes.'],
    ['examples/src/a.ts', `\nimport '../../nodes/src/core/delay/handler.ts';`, 'by its name: @heddle/nodes'],
    ['server/src/a.ts', `\nimport './postgres/testing/index.ts';`, 'by tests only'],
    ['server/src/a.test.ts', `\nimport '../../tests/support/a.ts';`, 'Packages do not import from tests/'],
  ])('%s: %s', (file, source, allowed) => {
    write({ [file]: source });
    const { code, errors } = check();
    expect(code).toBe(1);
    expect(errors).toContain(`${file}:2 imports "`);
    expect(errors).toContain(allowed);
  });

  it('follows a definition into the files that it imports', () => {
    write({
      'nodes/src/core/delay/definition.ts': `import '../duration.ts';`,
      'nodes/src/core/duration.ts': `import 'node:util';`,
    });
    expect(check().errors).toContain('nodes/src/core/duration.ts:1 imports "node:util"');
  });
});

it('finds the shortest way around in a cycle, through type-only imports and package names too', () => {
  write({
    'server/src/a.ts': `import type { B } from './b.ts'; import './side.ts';`,
    'server/src/b.ts': `export * from './c.ts';`,
    'server/src/c.ts': `import './b.ts'; type A = import('./a.ts').A;`,
    'server/src/side.ts': `import './leaf.ts';`,
    'server/src/leaf.ts': ``,
  });
  expect(check().errors).toContain('server/src/a.ts\n  -> server/src/b.ts\n  -> server/src/c.ts\n  -> server/src/a.ts');
});

function write(files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

function check(): { code: number | null; errors: string } {
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, root], { encoding: 'utf8' });
  return { code: status, errors: stderr };
}
