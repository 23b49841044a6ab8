import dagre from '@dagrejs/dagre';
import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import { CARD_GAP } from './card-size.ts';

/** Upper left corner of each card, in flow units. */
export type Layout = Record<string, [number, number]>;

/** Size of a card in flow units. */
export interface CardSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Places every node so that edges run from left to right and branches keep the order of their exits.
 * Starts at the origin; corners are whole numbers. Deterministic for one document and one set of sizes.
 *
 * Layered drawing by dagre (Gansner et al., "A technique for drawing directed graphs", IEEE TSE 19(3), 1993).
 *
 * @param sizeOf Size of a node's card; measured when the browser has drawn it.
 */
export function layoutFlow(document: FlowDocument, sizeOf: (id: string) => CardSize): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: CARD_GAP, nodesep: 40, edgesep: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of Object.keys(document.nodes)) graph.setNode(id, { ...sizeOf(id) });
  for (const edge of document.edges) {
    const { node } = parseEdgeSource(edge.from);
    if (Object.hasOwn(document.nodes, node) && Object.hasOwn(document.nodes, edge.to))
      graph.setEdge(node, edge.to, {}, edge.from);
  }
  dagre.layout(graph);
  const corners = Object.keys(document.nodes).map((id) => {
    const { x, y } = placeOf(graph.node(id));
    const { width, height } = sizeOf(id);
    return [id, x - width / 2, y - height / 2] as const;
  });
  const left = Math.min(0, ...corners.map(([, x]) => x));
  const top = Math.min(0, ...corners.map(([, , y]) => y));
  return Object.fromEntries(
    corners.map(([id, x, y]) => [id, [Math.round(x - left), Math.round(y - top)] satisfies [number, number]]),
  );
}

function placeOf(label: unknown): { x: number; y: number } {
  // dagre writes x and y into the label of every node.
  const { x, y } = label as { x?: number; y?: number };
  return { x: x ?? 0, y: y ?? 0 };
}

/** True when some node has no place of its own yet, as in a document that a program wrote. */
export function isLayoutMissing(document: FlowDocument): boolean {
  return Object.keys(document.nodes).some((id) => document.layout?.[id] === undefined);
}

/** The stored place of each node; nodes without one are laid out, below what has one. */
export function layoutOf(document: FlowDocument, sizeOf: (id: string) => CardSize): Layout {
  const stored = document.layout ?? {};
  if (!isLayoutMissing(document)) return stored;
  const missing = Object.keys(document.nodes).filter((id) => stored[id] === undefined);
  const made = layoutFlow(document, sizeOf);
  if (missing.length === Object.keys(document.nodes).length) return made;
  const bottom = Math.max(...Object.entries(stored).map(([id, [, y]]) => y + sizeOf(id).height)) + 60;
  return {
    ...stored,
    ...Object.fromEntries(
      missing.map((id): [string, [number, number]] => [id, [made[id]?.[0] ?? 0, (made[id]?.[1] ?? 0) + bottom]]),
    ),
  };
}
