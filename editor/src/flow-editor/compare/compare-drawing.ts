/** Two versions as one flow to look at: the newer one, with what went away still in it. No React. */
import type { FlowDifference } from '@heddle/engine';
import { parseEdgeSource, type FlowDocument, type FlowEdge } from '@heddle/schemas';
import { edgeKey } from '../model/graph.ts';
import { layoutOf, type CardSize, type Layout } from '../model/layout-flow.ts';
import type { CanvasChanges, CanvasOverlay } from '../store/canvas-state.ts';

/** What is drawn, and which parts of it changed. */
export interface ComparisonDrawing {
  readonly document: FlowDocument;
  readonly overlay: CanvasOverlay;
}

/**
 * Puts what was removed back into the newer document, each thing as near to its old place as there is room, and marks every change.
 *
 * @param differences Of these two documents, as the engine finds them.
 * @param sizeOf Size of a card of either document.
 */
export function drawComparison(
  before: FlowDocument,
  after: FlowDocument,
  differences: readonly FlowDifference[],
  sizeOf: (document: FlowDocument) => (id: string) => CardSize,
): ComparisonDrawing {
  const changes: Required<CanvasChanges> = { nodes: {}, edges: {}, notes: {} };
  const nodes = { ...after.nodes };
  const edges = [...after.edges];
  const notes = [...(after.notes ?? [])];
  const places: Layout = { ...layoutOf(after, sizeOf(after)) };
  const oldPlaces = layoutOf(before, sizeOf(before));
  for (const difference of differences) {
    switch (difference.kind) {
      case 'nodeAdded':
        changes.nodes[difference.node] = 'added';
        break;
      case 'nodeChanged':
        changes.nodes[difference.node] = 'changed';
        break;
      case 'nodeRemoved': {
        const node = before.nodes[difference.node];
        if (node === undefined) break;
        changes.nodes[difference.node] = 'removed';
        const taken = Object.entries(places).map(([id, at]) => ({ at, size: sizeOf({ ...after, nodes })(id) }));
        places[difference.node] = freePlace(
          oldPlaces[difference.node] ?? [0, 0],
          sizeOf(before)(difference.node),
          taken,
        );
        nodes[difference.node] = node;
        break;
      }
      case 'edgeAdded':
        changes.edges[edgeKey(difference.edge)] = 'added';
        break;
      case 'edgeRemoved':
        changes.edges[edgeKey(difference.edge)] = 'removed';
        edges.push(difference.edge);
        break;
      case 'noteAdded':
      case 'noteChanged':
        changes.notes[difference.note] = difference.kind === 'noteAdded' ? 'added' : 'changed';
        break;
      case 'noteRemoved': {
        const note = before.notes?.find(({ id }) => id === difference.note);
        if (note === undefined) break;
        changes.notes[note.id] = 'removed';
        notes.push(note);
        break;
      }
      case 'partChanged':
        break;
    }
  }
  return { document: { ...after, nodes, edges, notes, layout: places }, overlay: { nodes: {}, edges: [], changes } };
}

/** The nodes that a difference is about, for going there. An edge is about both of its ends. */
export function nodesOfDifference(difference: FlowDifference): readonly string[] {
  if ('node' in difference) return [difference.node];
  return 'edge' in difference ? endsOf(difference.edge) : [];
}

function endsOf(edge: FlowEdge): string[] {
  return [parseEdgeSource(edge.from).node, edge.to];
}

/** Space between a card that was put back and the one above it. */
const GAP = 40;

/** The place, or the first one straight below it where nothing lies. */
function freePlace(
  wanted: readonly [number, number],
  size: CardSize,
  taken: readonly { readonly at: readonly [number, number]; readonly size: CardSize }[],
): [number, number] {
  const [x] = wanted;
  let [, y] = wanted;
  const columns = taken
    .filter(({ at, size: { width } }) => at[0] < x + size.width && x < at[0] + width)
    .toSorted((a, b) => a.at[1] - b.at[1]);
  for (const { at, size: other } of columns)
    if (at[1] < y + size.height && y < at[1] + other.height) y = at[1] + other.height + GAP;
  return [x, y];
}
