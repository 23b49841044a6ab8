import { applyNodeChanges, type NodeChange } from '@xyflow/react';
import type { FlowDocument } from '@heddle/schemas';
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import { isLayoutMissing, layoutOf } from '../model/layout-flow.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';
import {
  between,
  mergeEdges,
  mergeNodes,
  movedNodes,
  type CanvasEdge,
  type CanvasNode,
  type Chosen,
} from './canvas-nodes.ts';
import { cardSizes } from './card-sizes.ts';

/** How long cards glide to a new place. */
const GLIDE_MS = 260;

/**
 * The nodes and edges that React Flow draws for a document. Cards that the document moves (auto-layout, undo) glide to their new place;
 * sizes that React Flow measures and drags that are under way are kept.
 */
export function useCanvasNodes(document: FlowDocument, catalog: NodeCatalog, chosen: Chosen) {
  const merge = (before: readonly CanvasNode[]) =>
    mergeNodes(before, document, layoutOf(document, cardSizes(document, catalog, before)), chosen);
  const [nodes, setNodes] = useState<CanvasNode[]>(() => merge([]));
  const [edges, setEdges] = useState<CanvasEdge[]>(() => mergeEdges([], document, chosen));
  const [drawn, setDrawn] = useState({ document, chosen });
  // A document without places is laid out by guessed sizes first and once more when the cards have been measured.
  const isMeasured = isLayoutMissing(document) && nodes.every((node) => node.measured?.height !== undefined);

  if (drawn.document !== document || drawn.chosen !== chosen) {
    setDrawn({ document, chosen });
    setEdges((before) => mergeEdges(before, document, chosen));
    // New and removed cards at once; moved ones keep their place here and glide in the effect below.
    setNodes((before) => keepPlaces(before, merge(before)));
  }

  const findMoved = useEffectEvent((_document: FlowDocument, _isMeasured: boolean) => movedNodes(nodes, merge(nodes)));
  useEffect(() => {
    const moved = findMoved(document, isMeasured);
    if (moved.size === 0) return undefined;
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    const startedAt = performance.now();
    let frame = 0;
    const step = (now: number) => {
      const progress = isCalm ? 1 : Math.min(1, Math.max(0, (now - startedAt) / GLIDE_MS));
      setNodes((before) =>
        before.map((node) => {
          const path = moved.get(node.id);
          return path === undefined || node.dragging === true
            ? node
            : { ...node, position: progress === 1 ? path.to : between(path.from, path.to, progress) };
        }),
      );
      if (progress < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [document, isMeasured]);

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
