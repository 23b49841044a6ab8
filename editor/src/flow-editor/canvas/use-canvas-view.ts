import { useNodesInitialized, useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useRef, useState } from 'react';
import { isLayoutMissing, type Layout } from '../model/layout-flow.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import type { CanvasEdge, CanvasNode } from './canvas-nodes.ts';

/** Below this zoom the words on cards are hard to read. */
const READABLE_ZOOM = 0.55;

/** Where a large flow opens: its beginning, well readable. */
const LARGE_FLOW = { zoom: 0.75, margin: 70 };

/** Opens on the whole flow when that can be read, else on its beginning. */
export function useOpeningView(): void {
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const pane = useStoreApi();
  const store = useEditorStore();
  const isReady = useNodesInitialized();
  const isDone = useRef(false);
  useEffect(() => {
    if (!isReady || isDone.current) return;
    isDone.current = true;
    const { width, height } = pane.getState();
    const bounds = flow.getNodesBounds(flow.getNodes());
    const zoom = Math.min(1, (width * 0.86) / bounds.width, (height * 0.8) / bounds.height);
    if (zoom >= READABLE_ZOOM) {
      void flow.fitView({ padding: 0.14, maxZoom: 1 });
      return;
    }
    const { document, catalog } = store.getState();
    const start = flow.getNodes().find((node) => catalog.find(document.nodes[node.id]?.type ?? '')?.role === 'trigger');
    const centreY = start === undefined ? bounds.y + bounds.height / 2 : start.position.y + 80;
    void flow.setViewport({
      x: LARGE_FLOW.margin - bounds.x * LARGE_FLOW.zoom,
      y: height / 2 - centreY * LARGE_FLOW.zoom,
      zoom: LARGE_FLOW.zoom,
    });
  }, [isReady, flow, pane, store]);
}

/** Brings a node into view when another part of the page asks for it. */
export function useFocusOnRequest(): void {
  const store = useEditorStore();
  const focus = useEditor((state) => state.focus);
  const flow = useReactFlow();
  useEffect(() => {
    if (focus?.node === undefined || (focus.target !== 'node' && focus.target !== 'canvas')) return;
    const { node } = focus;
    if (focus.target === 'node') store.getState().selectNode(node);
    store.getState().setFocus(null);
    void flow.fitView({ nodes: [{ id: node }], duration: 350, maxZoom: 1, padding: 0.6 });
  }, [focus, flow, store]);
}

/** Tells the store where cards without a place of their own are drawn, so that the first change can keep them there. */
export function useReportedPlaces(nodes: readonly CanvasNode[]): void {
  const store = useEditorStore();
  useEffect(() => {
    if (!isLayoutMissing(store.getState().document)) return;
    const places: Layout = Object.fromEntries(
      nodes
        .filter((node) => node.type === 'card')
        .map((node): [string, [number, number]] => [
          node.id,
          [Math.round(node.position.x), Math.round(node.position.y)],
        ]),
    );
    store.setState({ drawnAt: places });
  }, [nodes, store]);
}

/** Shows the whole flow again when a dock takes room from the canvas, unless somebody is at work on a node. */
export function useFitBesideDock(isDocked: boolean): void {
  const flow = useReactFlow();
  const store = useEditorStore();
  const [first] = useState(isDocked);
  useEffect(() => {
    if (isDocked === first || store.getState().selection.nodes.length > 0) return undefined;
    // After the canvas has been measured anew.
    const timer = setTimeout(() => void flow.fitView({ duration: 250, padding: 0.12, maxZoom: 1 }), 120);
    return () => clearTimeout(timer);
  }, [isDocked, first, flow, store]);
}
