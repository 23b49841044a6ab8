/** Imports between files: each file with those that it imports. */
export type FileGraph = ReadonlyMap<string, readonly string[]>;

interface Visit {
  readonly index: number;
  lowLink: number;
  isOnStack: boolean;
}

/**
 * Finds the groups of files that import each other in a circle.
 *
 * @param graph V files, E imports; targets that are no keys are leaves.
 * @returns For each strongly connected component of more than one file, and each file that imports itself, one shortest
 *   cycle through its first file; the first file is repeated at the end.
 *
 * O(V + E) and one search per cycle. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1(2), 1972.
 */
export function findImportCycles(graph: FileGraph): string[][] {
  const visits = new Map<string, Visit>();
  const stack: string[] = [];
  const cycles: string[][] = [];

  const visit = (file: string): Visit => {
    const own: Visit = { index: visits.size, lowLink: visits.size, isOnStack: true };
    visits.set(file, own);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      const seen = visits.get(target);
      if (!seen) own.lowLink = Math.min(own.lowLink, visit(target).lowLink);
      else if (seen.isOnStack) own.lowLink = Math.min(own.lowLink, seen.index);
    }
    if (own.lowLink === own.index) {
      const component = stack.splice(stack.lastIndexOf(file));
      for (const member of component) markLeft(visits, member);
      const cycle = shortestCycle(graph, file, new Set(component));
      if (cycle) cycles.push(cycle);
    }
    return own;
  };
  for (const file of graph.keys()) if (!visits.has(file)) visit(file);
  return cycles;
}

function markLeft(visits: ReadonlyMap<string, Visit>, file: string): void {
  const visit = visits.get(file);
  if (visit) visit.isOnStack = false;
}

/** Breadth-first from `start` back to it within `component`. @returns undefined when there is no way back. */
function shortestCycle(graph: FileGraph, start: string, component: ReadonlySet<string>): string[] | undefined {
  const paths: string[][] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const target of graph.get(path.at(-1) ?? start) ?? []) {
      if (target === start) return [...path, start];
      if (!component.has(target) || seen.has(target)) continue;
      seen.add(target);
      paths.push([...path, target]);
    }
  }
  return undefined;
}
