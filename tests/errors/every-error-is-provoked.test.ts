import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What makes errors. The editor only reads them, and the bench plays them. */
const PACKAGES = ['schemas', 'engine', 'nodes', 'server'];
/** The table itself and this test name every code. */
const NOT_COUNTED = ['schemas/src/errors.ts', 'tests/errors/every-error-is-provoked.test.ts'];

const files = [...PACKAGES.flatMap((name) => sourcesIn(name)), ...sourcesIn('tests')].filter(
  ({ path }) => !NOT_COUNTED.includes(path),
);
const tests = files.filter(({ path }) => path.endsWith('.test.ts'));
const sources = files.filter(
  ({ path }) => path.includes('/src/') && !/\.test\.ts$|\/testing\/|\/test-kit\//.test(path),
);

describe('every code of the error table', () => {
  it('is made by the code of some package', () => {
    expect(codesWhere((code) => !sources.some(({ text }) => makes(text, code)))).toEqual([]);
  });

  it('is expected by a test that provokes it', () => {
    expect(codesWhere((code) => !tests.some(({ text }) => expects(text, code)))).toEqual([]);
  });
});

describe('what counts', () => {
  it.each([
    ["throw new FlowError('X', 'why');", true],
    ["return { code: 'X', retry: 'never' };", true],
    ["if (error.code === 'X') return;", false],
    ["switch (code) { case 'X': return 1; }", false],
    ['/** @throws FlowError `X`. */', false],
  ])('as making it: %s', (text, counts) => {
    expect(makes(text, 'X')).toBe(counts);
  });

  it.each([
    ["expect(codeOf(run)).toBe('X');", true],
    [
      "it.each([['X', 1]])('refuses %s', (code, n) => {\n    const made = run(n);\n    expect(made).toBe(code);\n  });",
      true,
    ],
    ["const fault = { code: 'X' };\n    expect(run(fault)).toBe(1);", false],
    ["it('fails with X', () => {\n    expect(run()).toBe(1);\n  });", false],
    ["// expect(codeOf(run)).toBe('X');", false],
  ])('as expecting it: %s', (text, counts) => {
    expect(expects(withoutComments(text), 'X')).toBe(counts);
  });
});

/** True when the code stands for itself and is not merely compared with. */
function makes(text: string, code: string): boolean {
  return new RegExp(String.raw`(?<![=!]== |case )'${code}'`).test(text);
}

/** True when the code stands in a statement behind its `expect`, or in the table of a test that expects something. */
function expects(text: string, code: string): boolean {
  return text.split(/(?<=;\n)/).some((statement, index, all) => {
    const at = statement.indexOf(`'${code}'`);
    if (at === -1) return false;
    const before = statement.slice(0, at);
    if (/\bexpect\b/.test(before)) return true;
    if (!/\.each\b/.test(before)) return false;
    // The body of a table's test begins in the same statement and ends with the first line that closes a call.
    const [body = ''] = [statement.slice(at), ...all.slice(index + 1)].join('').split(/^ *\}\);$/m);
    return /\bexpect\(/.test(body);
  });
}

function codesWhere(isOdd: (code: string) => boolean): string[] {
  return Object.keys(ERRORS).filter(isOdd);
}

function sourcesIn(folder: string): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: relative(ROOT, path), text: withoutComments(readFileSync(path, 'utf8')) };
    });
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<=^|\s)\/\/.*$/gm, '');
}
