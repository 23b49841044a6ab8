import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import type { NodeRunView, RunView } from '@heddle/schemas/api';
import type { CanvasOverlay, NodeOverlay } from '../flow-editor/store/canvas-state.ts';

/**
 * The node that started the run. Triggers have no node run of their own: it is the trigger of the run's type, and of several the
 * one that leads to the node which ran first. Undefined when the document holds none of that type.
 */
export function findTriggerNode(
  run: Pick<RunView, 'nodes' | 'trigger'> & { readonly document: Pick<FlowDocument, 'nodes' | 'edges'> },
): string | undefined {
  const candidates = Object.keys(run.document.nodes).filter((id) => run.document.nodes[id]?.type === run.trigger);
  if (candidates.length <= 1) return candidates[0];
  const first = run.nodes.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))[0];
  return (
    candidates.find((id) =>
      run.document.edges.some((edge) => parseEdgeSource(edge.from).node === id && edge.to === first?.node),
    ) ?? candidates[0]
  );
}

/**
 * What one run did, to be drawn over the version that it ran: the last state, time and number of visits of each node, and the
 * edges that were passed. A node that was retried shows its last attempt; an edge counts when its node left by that port.
 */
export function toRunOverlay(
  run: Pick<RunView, 'nodes' | 'waits' | 'trigger'> & { readonly document: Pick<FlowDocument, 'nodes' | 'edges'> },
): CanvasOverlay {
  const byNode = Map.groupBy(run.nodes, (nodeRun) => nodeRun.node);
  const nodes: Record<string, NodeOverlay> = {};
  for (const [id, nodeRuns] of byNode) nodes[id] = toNodeOverlay(nodeRuns);
  const trigger = findTriggerNode(run);
  if (trigger !== undefined) nodes[trigger] ??= { status: 'succeeded' };
  for (const wait of run.waits) nodes[wait.node] = { ...nodes[wait.node], status: 'suspended' };
  const takenPorts = new Set(
    run.nodes.flatMap((nodeRun) => (nodeRun.port === null ? [] : [`${nodeRun.node}.${nodeRun.port}`])),
  );
  const wasTaken = (from: string) => takenPorts.has(from) || parseEdgeSource(from).node === trigger;
  const edges = run.document.edges
    .filter((edge) => wasTaken(edge.from) && byNode.has(edge.to))
    .map((edge) => `${edge.from}->${edge.to}`);
  return { nodes, edges, isExclusive: true };
}

function toNodeOverlay(nodeRuns: readonly NodeRunView[]): NodeOverlay {
  // By time, not by attempt: trying a failed run again starts counting attempts anew.
  const last = nodeRuns.reduce((latest, nodeRun) => (isLater(nodeRun, latest) ? nodeRun : latest));
  const visits = new Set(nodeRuns.map((nodeRun) => nodeRun.visit)).size;
  return {
    status: last.status,
    visits,
    ...(last.endedAt === null
      ? {}
      : { durationMs: Math.max(0, Date.parse(last.endedAt) - Date.parse(last.startedAt)) }),
  };
}

function isLater(a: NodeRunView, b: NodeRunView): boolean {
  const distanceMs = Date.parse(a.startedAt) - Date.parse(b.startedAt);
  return distanceMs > 0 || (distanceMs === 0 && a.id > b.id);
}
