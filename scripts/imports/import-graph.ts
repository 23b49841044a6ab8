import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { sourceImports } from './source-imports.ts';

/** The top-level folders with source of ours. */
export const AREAS = [
  'schemas',
  'engine',
  'nodes',
  'examples',
  'server',
  'editor',
  'tests',
  'bench',
  'scripts',
] as const;
export type Area = (typeof AREAS)[number];

/** What an import leads to. Paths are relative to the root, with `/`. */
export type ImportTarget =
  | { kind: 'file'; path: string }
  /** One of our packages by its name; `path` is missing when the package publishes no such entry. */
  | { kind: 'package'; area: Area; entry: string; path: string | undefined }
  | { kind: 'builtin'; name: string }
  | { kind: 'external'; name: string };

export interface ImportEdge {
  readonly from: string;
  readonly line: number;
  readonly specifier: string;
  readonly target: ImportTarget;
}

const SOURCE_FILE = /\.(ts|tsx|mts|mjs)$/;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', 'generated']);

/**
 * Reads every source file of ours and what it imports.
 *
 * @param root Directory that holds the areas.
 */
export function readImportGraph(root: string): ImportEdge[] {
  return AREAS.flatMap((area) => sourceFiles(root, area)).flatMap((from) =>
    sourceImports(from, readFileSync(join(root, from), 'utf8')).map(({ specifier, line }) => ({
      from,
      line,
      specifier,
      target: resolveImport(root, from, specifier),
    })),
  );
}

/** @returns undefined for a path outside of every area, such as the root's own `vitest.config.ts`. */
export function areaOf(path: string): Area | undefined {
  return AREAS.find((area) => path.startsWith(`${area}/`));
}

function sourceFiles(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : sourceFiles(root, path);
    return SOURCE_FILE.test(entry.name) ? [path] : [];
  });
}

function resolveImport(root: string, from: string, specifier: string): ImportTarget {
  const bare = specifier.replace(/\?.*$/, ''); // Vite's `?url` and the like
  if (bare.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), bare) };
  const ours = /^@heddle\/([^/]+)(?:\/(.+))?$/.exec(bare);
  const area = AREAS.find((each) => each === ours?.[1]);
  if (area) return resolvePackage(root, area, ours?.[2] === undefined ? '.' : `./${ours[2]}`);
  if (isBuiltin(bare)) return { kind: 'builtin', name: bare };
  const parts = bare.split('/');
  return { kind: 'external', name: parts.slice(0, bare.startsWith('@') ? 2 : 1).join('/') };
}

function resolvePackage(root: string, area: Area, entry: string): ImportTarget {
  const manifest: unknown = JSON.parse(readFileSync(join(root, area, 'package.json'), 'utf8'));
  // package.json of ours: `exports` maps entries to files
  const { exports = {} } = manifest as { exports?: Record<string, string> };
  const file = exports[entry];
  return { kind: 'package', area, entry, path: file === undefined ? undefined : posix.join(area, file) };
}
