import type { CompiledNode, Program } from '../compile/index.ts';

const known = new WeakMap<Program, Map<string, ReadonlySet<string>>>();

/** Nodes from which a run can come to `target` over one edge or more. Found once per program and node. O(nodes + edges). */
export function nodesLeadingTo(program: Program, target: string): ReadonlySet<string> {
  let byTarget = known.get(program);
  if (byTarget === undefined) {
    byTarget = new Map();
    known.set(program, byTarget);
  }
  let leading = byTarget.get(target);
  if (leading === undefined) {
    leading = search(program, target);
    byTarget.set(target, leading);
  }
  return leading;
}

function search(program: Program, target: string): Set<string> {
  const before = new Map<string, string[]>();
  for (const node of program.nodes.values()) {
    for (const next of successorsOf(node)) {
      const sources = before.get(next);
      if (sources === undefined) before.set(next, [node.id]);
      else sources.push(node.id);
    }
  }
  const found = new Set<string>();
  const queue = [target];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const source of before.get(id) ?? []) {
      if (found.has(source)) continue;
      found.add(source);
      queue.push(source);
    }
  }
  return found;
}

function successorsOf(node: CompiledNode): string[] {
  if (node.isDisabled) return node.firstPort === null ? [] : [...(node.targets.get(node.firstPort) ?? [])];
  // Behind the body port are other runs.
  return [...node.targets].flatMap(([port, targets]) => (port === node.definition.bodyPort ? [] : targets));
}
