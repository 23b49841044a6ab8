import type { NodeChange } from '@xyflow/react';
import { useRef } from 'react';
import { withContents } from '../model/frames.ts';
import { useEditorStore } from '../store/editor-context.ts';
import { placesOf } from '../store/editor-store.ts';
import { noteNodeId, type CanvasNode } from './canvas-nodes.ts';

interface Followers {
  /** The card or note that the hand holds, and where it began. */
  readonly leader: string;
  readonly from: { readonly x: number; readonly y: number };
  readonly nodes: readonly CanvasNode[];
}

/** Lets everything in a frame follow while the frame is dragged. */
export function useFrameDrag(nodes: readonly CanvasNode[], move: (changes: NodeChange<CanvasNode>[]) => void) {
  const store = useEditorStore();
  const followers = useRef<Followers | null>(null);
  const placed = (leader: CanvasNode): CanvasNode[] => {
    const held = followers.current;
    if (held === null || held.leader !== leader.id) return [];
    const [dx, dy] = [leader.position.x - held.from.x, leader.position.y - held.from.y];
    return held.nodes.map((node) => ({ ...node, position: { x: node.position.x + dx, y: node.position.y + dy } }));
  };
  const toChanges = (moved: readonly CanvasNode[], dragging: boolean): NodeChange<CanvasNode>[] =>
    moved.map(({ id, position }) => ({ type: 'position', id, position, dragging }));
  return {
    start: (leader: CanvasNode, dragged: readonly CanvasNode[]) => {
      const state = store.getState();
      const held = dragged.map(({ id }) => id);
      const chosen = {
        nodes: held.filter((id) => Object.hasOwn(state.document.nodes, id)),
        notes: held.flatMap((id) => (id.startsWith('note:') ? [id.slice('note:'.length)] : [])),
      };
      const all = withContents(state.document, placesOf(state), chosen);
      const ids = new Set([...all.nodes, ...all.notes.map(noteNodeId)].filter((id) => !held.includes(id)));
      const begun = nodes.find(({ id }) => id === leader.id)?.position ?? leader.position;
      followers.current = { leader: leader.id, from: begun, nodes: nodes.filter(({ id }) => ids.has(id)) };
    },
    drag: (leader: CanvasNode) => {
      const moved = placed(leader);
      if (moved.length > 0) move(toChanges(moved, true));
    },
    /** @returns What followed, where it is now. */
    stop: (leader: CanvasNode): CanvasNode[] => {
      const moved = placed(leader);
      followers.current = null;
      if (moved.length > 0) move(toChanges(moved, false));
      return moved;
    },
  };
}
