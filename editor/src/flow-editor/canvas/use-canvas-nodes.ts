import { applyNodeChanges, type NodeChange } from '@xyflow/react';
import type { FlowDocument } from '@heddle/schemas';
import { useCallback, useEffect, useRef, useState } from 'react';
import { layoutOf } from '../model/layout-flow.ts';
import { between, mergeEdges, mergeNodes, movedNodes, type CanvasEdge, type CanvasNode, type Chosen } from './canvas-nodes.ts';

/** How long cards glide to a new place. */
const GLIDE_MS = 260;

/**
 * The nodes and edges that React Flow draws for a document. Cards that the document moves (auto-layout, undo) glide to their new place;
 * sizes that React Flow measures and drags that are under way are kept.
 */
export function useCanvasNodes(document: FlowDocument, chosen: Chosen) {
  const [nodes, setNodes] = useState<CanvasNode[]>(() => mergeNodes([], document, layoutOf(document), chosen));
  const [edges, setEdges] = useState<CanvasEdge[]>(() => mergeEdges([], document, chosen));
  const [drawn, setDrawn] = useState({ document, chosen });
  const frame = useRef(0);
  const latest = useRef(nodes);
  latest.current = nodes;

  if (drawn.document !== document || drawn.chosen !== chosen) {
    setDrawn({ document, chosen });
    setEdges((before) => mergeEdges(before, document, chosen));
    // New and removed cards at once; moved ones keep their place here and glide in the effect below.
    setNodes((before) => keepPlaces(before, mergeNodes(before, document, layoutOf(document, sizesOf(before)), chosen)));
  }

  useEffect(() => {
    const target = mergeNodes(latest.current, document, layoutOf(document, sizesOf(latest.current)), chosen);
    const moved = movedNodes(latest.current, target);
    if (moved.size === 0) return undefined;
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const startedAt = performance.now();
    const step = (now: number) => {
      const progress = isCalm ? 1 : Math.min(1, (now - startedAt) / GLIDE_MS);
      setNodes((before) => before.map((node) => {
        const path = moved.get(node.id);
        return path === undefined || node.dragging === true ? node : { ...node, position: progress === 1 ? path.to : between(path.from, path.to, progress) };
      }));
      if (progress < 1) frame.current = requestAnimationFrame(step);
    };
    frame.current = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame.current);
    // `chosen` does not move anything.
  }, [document]);

  const onNodesChange = useCallback((changes: NodeChange<CanvasNode>[]) => {
    // What is chosen and what is removed is decided by the store.
    const own = changes.filter((change) => change.type === 'dimensions' || change.type === 'position');
    if (own.length > 0) setNodes((before) => applyNodeChanges(own, before));
  }, []);
  return { nodes, edges, onNodesChange };
}

function keepPlaces(before: readonly CanvasNode[], after: readonly CanvasNode[]): CanvasNode[] {
  const moved = movedNodes(before, after);
  return after.map((node) => {
    const path = moved.get(node.id);
    return path === undefined ? node : { ...node, position: path.from };
  });
}

/** The measured size of cards, with a guess for those that are not drawn yet. */
export function sizesOf(nodes: readonly CanvasNode[]): (id: string) => { width: number; height: number } {
  const sizes = new Map(nodes.map((node) => [node.id, node.measured]));
  return (id) => ({ width: sizes.get(id)?.width ?? 280, height: sizes.get(id)?.height ?? 180 });
}
