import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import type { NodeRunView, RunView } from '@heddle/schemas/api';
import type { CanvasOverlay, NodeOverlay } from '../flow-editor/store/canvas-state.ts';

/**
 * What one run did, to be drawn over the version that it ran: the last state, time and number of visits of each node, and the
 * edges that were passed. A node that was retried shows its last attempt; an edge counts when its node left by that port.
 */
export function toRunOverlay(run: Pick<RunView, 'nodes' | 'waits'> & { readonly document: Pick<FlowDocument, 'edges'> }): CanvasOverlay {
  const byNode = Map.groupBy(run.nodes, (nodeRun) => nodeRun.node);
  const nodes: Record<string, NodeOverlay> = {};
  for (const [id, nodeRuns] of byNode) nodes[id] = toNodeOverlay(nodeRuns);
  for (const wait of run.waits) nodes[wait.node] = { ...nodes[wait.node], status: 'suspended' };
  const takenPorts = new Set(run.nodes.flatMap((nodeRun) => (nodeRun.port === null ? [] : [`${nodeRun.node}.${nodeRun.port}`])));
  const edges = run.document.edges.filter((edge) => takenPorts.has(edge.from) && byNode.has(edge.to)).map((edge) => `${edge.from}->${edge.to}`);
  return { nodes, edges, isExclusive: true };
}

function toNodeOverlay(nodeRuns: readonly NodeRunView[]): NodeOverlay {
  const last = nodeRuns.reduce((latest, nodeRun) => (nodeRun.visit > latest.visit || (nodeRun.visit === latest.visit && nodeRun.attempt >= latest.attempt) ? nodeRun : latest));
  const visits = new Set(nodeRuns.map((nodeRun) => nodeRun.visit)).size;
  return {
    status: last.status,
    visits,
    ...(last.endedAt === null ? {} : { durationMs: Math.max(0, Date.parse(last.endedAt) - Date.parse(last.startedAt)) }),
  };
}

/** Nodes of the document that an edge of the run leads to or from, in document order; for framing the path on the canvas. */
export function nodesOnPath(overlay: CanvasOverlay): string[] {
  const onEdges = overlay.edges.flatMap((key) => {
    const [from = '', to = ''] = key.split('->');
    return [parseEdgeSource(from).node, to];
  });
  return [...new Set([...Object.keys(overlay.nodes), ...onEdges])];
}
