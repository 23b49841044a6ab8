/** Turns a flow document into what React Flow draws, keeping the identity of everything that did not change. No React. */
import type { Edge, Node, XYPosition } from '@xyflow/react';
import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import { edgeKey } from '../model/graph.ts';
import type { Layout } from '../model/layout-flow.ts';

/** A card or a note. What is in it comes from the canvas store by its id, so its data is empty. */
export type CanvasNode = Node<Record<string, never>, 'card' | 'note'>;
export type CanvasEdge = Edge<Record<string, never>, 'flow'>;

const FRAME_CLASS = 'fe-frame-node';
const NO_DATA: Record<string, never> = {};

/** What is chosen. */
export interface Chosen {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly notes: readonly string[];
}

/** React Flow needs ids that are unique among cards and notes. */
export function noteNodeId(id: string): string {
  return `note:${id}`;
}

/** The cards and notes of a document. One that is being dragged stays under the pointer. */
export function mergeNodes(
  before: readonly CanvasNode[],
  document: FlowDocument,
  layout: Layout,
  chosen: Chosen,
): CanvasNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const cards = Object.keys(document.nodes).map((id) =>
    mergeNode(known.get(id), { id, type: 'card', at: layout[id] ?? [0, 0], isSelected: chosen.nodes.includes(id) }),
  );
  const notes = (document.notes ?? []).map((note) => {
    const id = noteNodeId(note.id);
    const merged = mergeNode(known.get(id), {
      id,
      type: 'note',
      at: note.at,
      isSelected: chosen.notes.includes(note.id),
    });
    const [width, height] = note.size ?? [220, 120];
    const sized = merged.width === width && merged.height === height ? merged : { ...merged, width, height };
    if (note.isFrame !== true) return sized;
    // Below the edges, and held by its head alone, so that what lies inside can be reached.
    return sized.className === FRAME_CLASS
      ? sized
      : { ...sized, className: FRAME_CLASS, dragHandle: '.fe-frame-head', zIndex: -1 };
  });
  const next = [...notes, ...cards];
  return next.length === before.length && next.every((node, index) => node === before[index]) ? [...before] : next;
}

function mergeNode(
  known: CanvasNode | undefined,
  wanted: { id: string; type: 'card' | 'note'; at: readonly [number, number]; isSelected: boolean },
): CanvasNode {
  const [x, y] = wanted.at;
  if (known === undefined)
    return { id: wanted.id, type: wanted.type, position: { x, y }, selected: wanted.isSelected, data: NO_DATA };
  const isInPlace = known.dragging === true || (known.position.x === x && known.position.y === y);
  if (isInPlace && (known.selected ?? false) === wanted.isSelected) return known;
  return { ...known, position: isInPlace ? known.position : { x, y }, selected: wanted.isSelected };
}

/** The edges of a document; one that leads to or from a missing node is left out (its issue says so). */
export function mergeEdges(before: readonly CanvasEdge[], document: FlowDocument, chosen: Chosen): CanvasEdge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const seen = new Set<string>();
  return document.edges.flatMap((edge) => {
    const id = edgeKey(edge);
    const { node, port } = parseEdgeSource(edge.from);
    if (seen.has(id) || document.nodes[node] === undefined || document.nodes[edge.to] === undefined) return [];
    seen.add(id);
    const isSelected = chosen.edges.includes(id);
    const old = known.get(id);
    if (old !== undefined && (old.selected ?? false) === isSelected) return [old];
    return [
      {
        id,
        source: node,
        sourceHandle: port,
        target: edge.to,
        targetHandle: 'in',
        type: 'flow' as const,
        selected: isSelected,
        data: NO_DATA,
      },
    ];
  });
}

/** Ids of cards that were drawn before and have to go somewhere else now. */
export function movedNodes(
  before: readonly CanvasNode[],
  after: readonly CanvasNode[],
): ReadonlyMap<string, { from: XYPosition; to: XYPosition }> {
  const known = new Map(before.map((node) => [node.id, node]));
  const moved = new Map<string, { from: XYPosition; to: XYPosition }>();
  for (const node of after) {
    const old = known.get(node.id);
    if (old !== undefined && (old.position.x !== node.position.x || old.position.y !== node.position.y))
      moved.set(node.id, { from: old.position, to: node.position });
  }
  return moved;
}

/** A place on the way, with a soft start and end. @param progress 0 to 1. */
export function between(from: XYPosition, to: XYPosition, progress: number): XYPosition {
  const eased = progress < 0.5 ? 4 * progress ** 3 : 1 - (-2 * progress + 2) ** 3 / 2;
  return { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased };
}
