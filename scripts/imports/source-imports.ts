import { parseSync } from 'vite';

/** One place where a file names another module, by whatever syntax; type-only ones count like all others. */
export interface SourceImport {
  readonly specifier: string;
  /** 1 for the first line. */
  readonly line: number;
}

/**
 * Finds `import`, `export … from`, `import()` with a literal, and `import('x').T` in types.
 *
 * @param fileName Decides whether the source is TypeScript and whether it may hold JSX.
 * @throws Error when the source cannot be parsed
 */
export function sourceImports(fileName: string, source: string): SourceImport[] {
  const { program, errors } = parseSync(fileName, source);
  if (errors.length > 0) throw new Error(`${fileName} cannot be parsed: ${errors[0]?.message ?? ''}`);
  const found: SourceImport[] = [];
  collect(program, (specifier, offset) => {
    found.push({ specifier, line: source.slice(0, offset).split('\n').length });
  });
  return found;
}

const IMPORTING_NODES = new Set([
  'ImportDeclaration',
  'ExportAllDeclaration',
  'ExportNamedDeclaration',
  'ImportExpression',
  'TSImportType',
]);

/** Walks an ESTree of any shape: every node that names a module holds it as the string literal `source`. */
function collect(node: unknown, report: (specifier: string, offset: number) => void): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, report);
    return;
  }
  if (!isRecord(node)) return;
  const { type, source } = node;
  if (typeof type === 'string' && IMPORTING_NODES.has(type) && isRecord(source)) {
    const { value, start } = source;
    if (typeof value === 'string' && typeof start === 'number') report(value, start);
  }
  for (const child of Object.values(node)) collect(child, report);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
