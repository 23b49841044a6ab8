import type { EdgeChange, NodeChange } from '@xyflow/react';
import type { Selection } from '../store/editor-store.ts';
import type { CanvasEdge, CanvasNode } from './canvas-nodes.ts';

/** The selection after React Flow's own select changes. The same object when they change nothing. */
export function nextSelection(
  before: Selection,
  nodeChanges: readonly NodeChange<CanvasNode>[],
  edgeChanges: readonly EdgeChange<CanvasEdge>[],
): Selection {
  const nodes = new Set(before.nodes);
  const notes = new Set(before.notes);
  const edges = new Set(before.edges);
  let isChanged = false;
  const set = (list: Set<string>, id: string, isSelected: boolean) => {
    if (list.has(id) === isSelected) return;
    isChanged = true;
    if (isSelected) list.add(id);
    else list.delete(id);
  };
  for (const change of nodeChanges) {
    if (change.type !== 'select') continue;
    if (change.id.startsWith('note:')) set(notes, change.id.slice('note:'.length), change.selected);
    else set(nodes, change.id, change.selected);
  }
  for (const change of edgeChanges) if (change.type === 'select') set(edges, change.id, change.selected);
  return isChanged ? { nodes: [...nodes], edges: [...edges], notes: [...notes] } : before;
}
