import type { Issue } from '@heddle/schemas';
import type { FlowView, NodeView } from './program.ts';

/** There is a way in, every node can be reached, triggers lead somewhere, and no circle turns without waiting. */
export function checkPaths(view: FlowView, issues: Issue[]): void {
  const triggers = [...view.nodes.values()].filter((node) => node.definition?.role === 'trigger');
  // With unknown node types we cannot tell whether one of them is the trigger.
  const allKnown = [...view.nodes.values()].every((node) => node.definition !== undefined);
  if (triggers.length === 0 && allKnown) {
    issues.push({
      code: 'flow.noTrigger',
      severity: 'error',
      path: '/nodes',
      message: 'Nothing starts this flow. Add a trigger.',
    });
    return;
  }
  const next = successors(view);
  const reached = reachableFrom(
    triggers.map((node) => node.id),
    next,
  );
  for (const node of view.nodes.values()) {
    if (node.definition?.role === 'trigger') {
      if ((next.get(node.id) ?? []).length === 0)
        warn(
          issues,
          node,
          'trigger.unconnected',
          `"${node.title}" leads nowhere. Connect it to the first thing to do.`,
        );
    } else if (node.definition !== undefined && !reached.has(node.id)) {
      warn(issues, node, 'node.unreachable', `"${node.title}" is never reached. Connect it or remove it.`);
    }
  }
  for (const circle of circlesWithoutWait(view, next)) {
    const [first] = circle;
    if (first === undefined) continue;
    const names = circle.map((node) => `"${node.title}"`).join(', ');
    warn(
      issues,
      first,
      'flow.circleWithoutWait',
      `${circle.length === 1 ? `${names} leads back to itself` : `${names} form a circle`} without waiting for anything. The run would fail after 1,000 rounds; add a wait or a way out.`,
    );
  }
}

function warn(issues: Issue[], node: NodeView, code: string, message: string): void {
  issues.push({ code, severity: 'warning', node: node.id, path: `/nodes/${node.id}`, message });
}

function successors(view: FlowView): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { source, edge } of view.edges) {
    if (!view.nodes.has(source) || !view.nodes.has(edge.to)) continue;
    const targets = next.get(source);
    if (targets === undefined) next.set(source, [edge.to]);
    else targets.push(edge.to);
  }
  return next;
}

function reachableFrom(starts: readonly string[], next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set(starts);
  const queue = [...starts];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const target of next.get(id) ?? []) {
      if (reached.has(target)) continue;
      reached.add(target);
      queue.push(target);
    }
  }
  return reached;
}

/**
 * Circles through which a run passes without ever parking and without a branch: those that must turn for ever.
 * A circle with a node of several exits may have a way out, so only circles are listed in which every node has one connected exit.
 */
function circlesWithoutWait(view: FlowView, next: ReadonlyMap<string, readonly string[]>): NodeView[][] {
  const circles: NodeView[][] = [];
  const done = new Set<string>();
  for (const start of view.nodes.keys()) {
    const path: string[] = [];
    let id: string | undefined = start;
    while (
      id !== undefined &&
      !done.has(id) &&
      !path.includes(id) &&
      !mayWait(view.nodes.get(id)) &&
      exitsOf(view, id) <= 1
    ) {
      path.push(id);
      const targets: readonly string[] = next.get(id) ?? [];
      id = targets.find((target) => target === id) ?? targets[0];
    }
    const from = id === undefined ? -1 : path.indexOf(id);
    if (from >= 0) circles.push(path.slice(from).flatMap((member) => view.nodes.get(member) ?? []));
    for (const member of path) done.add(member);
  }
  return circles;
}

function exitsOf(view: FlowView, id: string): number {
  return view.nodes.get(id)?.ports.length ?? 0;
}

function mayWait(node: NodeView | undefined): boolean {
  if (node?.definition === undefined) return true;
  const { waitsUpToMs, waitsForReply } = node.definition.lint;
  return !node.isDisabled && (waitsForReply === true || (waitsUpToMs ?? 0) > 0);
}
