import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import type { FlowDocument } from '@heddle/schemas';
import { useEffect, useMemo, useState } from 'react';
import { useNodeTypes } from '../flows/flow-queries.ts';
import { CanvasTools } from './canvas/CanvasTools.tsx';
import type { CanvasEdge, CanvasNode } from './canvas/canvas-nodes.ts';
import { EDGE_TYPES, NODE_TYPES } from './canvas/canvas-types.ts';
import { useCanvasNodes } from './canvas/use-canvas-nodes.ts';
import { createNodeCatalog, type NodeCatalog } from './model/node-catalog.ts';
import { CanvasContext, createCanvasStore, type CanvasOverlay } from './store/canvas-state.ts';
import './flow-editor.css';

export interface FlowCanvasProps {
  readonly document: FlowDocument;
  /** A run, or numbers of a period, drawn over the flow. */
  readonly overlay?: CanvasOverlay | null;
  /** Node that is shown as chosen. */
  readonly selectedNode?: string | null;
  /** A card was chosen, or null when the empty canvas was pressed. */
  onSelect?(nodeId: string | null): void;
  /** Brings these cards and notes into view; a new list does so again. Notes as `note:` and their id. */
  readonly show?: readonly string[] | undefined;
  /** Only this kind of canvas is offered here; editing is `FlowEditorPage`. */
  readonly readOnly?: true;
}

/** A flow to look at: pan, zoom, choose a node. */
export function FlowCanvas({ document, overlay = null, selectedNode = null, onSelect, show }: FlowCanvasProps) {
  const { data } = useNodeTypes();
  const catalog = useMemo(() => createNodeCatalog(data?.items ?? []), [data]);
  const [store] = useState(() => createCanvasStore(document, catalog, overlay));
  useEffect(() => store.setState({ document, catalog, overlay }), [store, document, catalog, overlay]);
  if (data === undefined) return <div className="fe-canvas" aria-busy />;
  return (
    <CanvasContext value={store}>
      <ReactFlowProvider>
        <Surface document={document} catalog={catalog} selectedNode={selectedNode} onSelect={onSelect} show={show} />
      </ReactFlowProvider>
    </CanvasContext>
  );
}

interface SurfaceProps {
  readonly catalog: NodeCatalog;
  readonly document: FlowDocument;
  readonly selectedNode: string | null;
  readonly onSelect: FlowCanvasProps['onSelect'];
  readonly show: FlowCanvasProps['show'];
}

function Surface({ document, catalog, selectedNode, onSelect, show }: SurfaceProps) {
  const chosen = useMemo(
    () => ({ nodes: selectedNode === null ? [] : [selectedNode], edges: [], notes: [] }),
    [selectedNode],
  );
  const { nodes, edges, onNodesChange } = useCanvasNodes(document, catalog, chosen);
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  useEffect(() => {
    if (show === undefined || show.length === 0) return;
    void flow.fitView({ nodes: show.map((id) => ({ id })), duration: 350, maxZoom: 1, padding: 0.5 });
  }, [flow, show]);
  return (
    <div className="fe-canvas" data-testid="canvas">
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={onNodesChange}
        onNodeClick={(_event, node) => node.type === 'card' && onSelect?.(node.id)}
        onPaneClick={() => onSelect?.(null)}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        deleteKeyCode={null}
        disableKeyboardA11y
        panOnScroll
        minZoom={0.15}
        maxZoom={1.5}
        fitView
        fitViewOptions={FIT}
        onlyRenderVisibleElements={nodes.length > 200}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} className="fe-dots" />
        <CanvasTools isReadOnly />
      </ReactFlow>
    </div>
  );
}

const FIT = { padding: 0.16, maxZoom: 1 };
