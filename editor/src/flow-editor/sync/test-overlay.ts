import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import { edgeKey } from '../model/graph.ts';
import type { CanvasOverlay, NodeOverlay } from '../store/canvas-state.ts';

/** The path of a test: nodes whose exits were taken, and those that the taken exits led to. @param ports `node.port` in order. */
export function overlayOfTest(document: FlowDocument, ports: readonly string[]): CanvasOverlay {
  const taken = new Set(ports);
  const passed = document.edges.filter((edge) => taken.has(edge.from));
  const nodes: Record<string, NodeOverlay> = {};
  for (const edge of passed) nodes[edge.to] = {};
  for (const port of ports)
    nodes[parseEdgeSource(port).node] = { status: parseEdgeSource(port).port === 'error' ? 'failed' : 'succeeded' };
  return { nodes, edges: passed.map(edgeKey), isExclusive: true };
}
