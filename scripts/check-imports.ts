// Run as `node scripts/check-imports.ts [ROOT]`, by `npm run check`: fails when an import goes against the arrows of the
// architecture, or when files import each other in a circle.
import { resolve } from 'node:path';
import { findViolations } from './imports/import-arrows.ts';
import { findImportCycles } from './imports/import-cycles.ts';
import { type ImportEdge, readImportGraph } from './imports/import-graph.ts';

const root = resolve(process.argv[2] ?? resolve(import.meta.dirname, '..'));
const edges = readImportGraph(root);
const violations = findViolations(edges);
const cycles = findImportCycles(fileGraph(edges));

for (const { edge, allowed } of violations) {
  console.error(`${edge.from}:${edge.line} imports "${edge.specifier}"\n  ${allowed}\n`);
}
for (const cycle of cycles) {
  console.error(`Import cycle; move what they share into a file of its own:\n  ${cycle.join('\n  -> ')}\n`);
}
const files = new Set(edges.map(({ from }) => from)).size;
console.log(`${files} files, ${edges.length} imports: ${violations.length} against an arrow, ${cycles.length} cycles`);
process.exitCode = violations.length + cycles.length > 0 ? 1 : 0;

function fileGraph(all: readonly ImportEdge[]): Map<string, string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, target } of all) {
    const path = target.kind === 'file' || target.kind === 'package' ? target.path : undefined;
    if (path !== undefined) graph.set(from, [...(graph.get(from) ?? []), path]);
  }
  return graph;
}
