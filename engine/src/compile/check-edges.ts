import { RESERVED_PORTS, type Issue } from '@heddle/schemas';
import type { EdgeView, FlowView } from './program.ts';
import { didYouMean } from './suggest.ts';

/** Every edge leaves a port that exists, leads to a node that exists and is no trigger, and stands there once. */
export function checkEdges(view: FlowView, issues: Issue[]): void {
  const seen = new Set<string>();
  for (const edge of view.edges) {
    const problem = checkSource(view, edge) ?? checkTarget(view, edge);
    if (problem !== null) issues.push(problem);
    const key = `${edge.edge.from}>${edge.edge.to}`;
    if (seen.has(key))
      issues.push(
        issueOf(
          edge,
          'edge.duplicate',
          `The connection from "${edge.edge.from}" to "${edge.edge.to}" is there twice. Remove one.`,
        ),
      );
    seen.add(key);
  }
}

function checkSource(view: FlowView, edge: EdgeView): Issue | null {
  const source = view.nodes.get(edge.source);
  if (source === undefined) {
    return issueOf(
      edge,
      'edge.sourceMissing',
      `A connection starts at "${edge.source}", but there is no such node.${didYouMean(edge.source, view.nodes.keys())}`,
    );
  }
  // The ports of an unknown type are unknown; that is reported once, on the node.
  if (source.definition === undefined) return null;
  const reserved: readonly string[] = RESERVED_PORTS;
  if (source.ports.includes(edge.port) || reserved.includes(edge.port)) return null;
  const names = [...source.ports, 'error'].map((port) => `"${port}"`).join(', ');
  return issueOf(edge, 'edge.portUnknown', `"${source.title}" has no exit "${edge.port}". It has ${names}.`);
}

function checkTarget(view: FlowView, edge: EdgeView): Issue | null {
  const target = view.nodes.get(edge.edge.to);
  if (target === undefined) {
    return issueOf(
      edge,
      'edge.targetMissing',
      `A connection leads to "${edge.edge.to}", but there is no such node.${didYouMean(edge.edge.to, view.nodes.keys())}`,
    );
  }
  if (target.definition?.role !== 'trigger') return null;
  return issueOf(
    edge,
    'edge.intoTrigger',
    `A connection leads into "${target.title}". It starts the flow, so nothing can come before it.`,
  );
}

function issueOf(edge: EdgeView, code: string, message: string): Issue {
  return { code, severity: 'error', edge: edge.index, path: `/edges/${edge.index}`, message };
}
