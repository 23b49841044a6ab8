import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  type Connection,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
} from '@xyflow/react';
import { useMediaQuery } from '@mantine/hooks';
import type { FlowEdge, NodeDefinitionData } from '@heddle/schemas';
import { useCallback, useMemo, useState, type DragEvent, type MouseEvent as ReactMouseEvent } from 'react';
import { notifyUndo } from '../../shared/notify.tsx';
import { CATEGORY_COLORS } from '../../theme.ts';
import { indexEdges } from '../model/edge-index.ts';
import { refuseEdge } from '../model/graph.ts';
import { placeAfter, type Placement } from '../model/add-node.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { placesOf } from '../store/editor-store.ts';
import { arrange, connectNodes, moveTo, placeNode, removeEdge } from '../store/edit-actions.ts';
import { bringIntoView } from './bring-into-view.ts';
import { CanvasActionsContext, type CanvasActions } from './canvas-actions.ts';
import { CanvasEmpty } from './CanvasEmpty.tsx';
import { CanvasTools } from './CanvasTools.tsx';
import type { CanvasEdge, CanvasNode } from './canvas-nodes.ts';
import { cardSizes } from './card-sizes.ts';
import { EDGE_TYPES, NODE_TYPES } from './canvas-types.ts';
import { nextSelection } from './next-selection.ts';
import { QuickAdd } from './QuickAdd.tsx';
import { useCanvasNodes } from './use-canvas-nodes.ts';
import { useFrameDrag } from './use-frame-drag.ts';
import { useFocusOnRequest, useOpeningView, useReportedPlaces } from './use-canvas-view.ts';

/** Type of what the palette drags. */
export const DRAG_TYPE = 'application/x-heddle-node-type';

/** The quick-add list, open at a place of the window for a place of the flow. */
interface OpenQuickAdd {
  readonly x: number;
  readonly y: number;
  readonly placement: Placement;
}

/** The canvas of the editor: gestures become changes of the document. */
export function EditorCanvas() {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const selection = useEditor((state) => state.selection);
  const catalog = useEditor((state) => state.catalog);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const { nodes, edges, onNodesChange } = useCanvasNodes(document, catalog, selection);
  const frames = useFrameDrag(nodes, onNodesChange);
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const [quickAdd, setQuickAdd] = useState<OpenQuickAdd | null>(null);
  const [hasMap, setMap] = useState(true);
  const isSmall = useMediaQuery('(max-width: 62em)');
  const closeQuickAdd = useCallback(() => setQuickAdd(null), []);

  const open = useCallback(
    (x: number, y: number, placement: Placement) => {
      if (!store.getState().isReadOnly) setQuickAdd({ x, y, placement });
    },
    [store],
  );
  const actions = useMemo<CanvasActions>(
    () => ({
      addAfter: (node, port, anchor) =>
        open(anchor.right + 8, anchor.top - 20, {
          kind: 'after',
          node,
          port,
          at: placeAfter(placesOf(store.getState()), node),
        }),
      insertOn: (edge, anchor) => {
        const at = flow.screenToFlowPosition({ x: anchor.left, y: anchor.top });
        open(anchor.right + 8, anchor.top - 20, { kind: 'onEdge', edge, at: [at.x - 140, at.y - 60] });
      },
      removeEdge: (edge) => {
        const removed = removeEdge(store, edge);
        notifyUndo(removed.words, removed.undo);
      },
    }),
    [flow, open, store],
  );
  useFocusOnRequest();
  useOpeningView();
  useReportedPlaces(nodes);

  const pick = (definition: NodeDefinitionData) => {
    if (quickAdd === null) return;
    setQuickAdd(null);
    bringIntoView(flow, placeNode(store, definition, quickAdd.placement));
  };
  const isValidConnection = useCallback(
    (connection: Connection | CanvasEdge) =>
      connection.targetHandle === 'in' &&
      refuseEdge(
        store.getState().document,
        catalog,
        { node: connection.source, port: connection.sourceHandle ?? '' },
        connection.target,
      ) === null,
    [catalog, store],
  );
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    if (state.isValid === true || state.fromNode === null || state.fromHandle?.type !== 'source') return;
    const { clientX, clientY } =
      'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
    const port = state.fromHandle.id ?? '';
    const target = cardAt(clientX, clientY);
    if (target === undefined) {
      const at = flow.screenToFlowPosition({ x: clientX, y: clientY });
      open(clientX, clientY, { kind: 'after', node: state.fromNode.id, port, at: [at.x, at.y - 40] });
      return;
    }
    // Anywhere on a card is good enough: the small circle is hard to hit with a finger.
    if (refuseEdge(store.getState().document, catalog, { node: state.fromNode.id, port }, target) === null)
      connectNodes(store, { from: `${state.fromNode.id}.${port}`, to: target });
  };
  const onDrop = (event: DragEvent) => {
    const definition = catalog.find(event.dataTransfer.getData(DRAG_TYPE));
    if (definition === undefined) return;
    event.preventDefault();
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const edge =
      definition.role === 'trigger'
        ? undefined
        : edgeAt(event.clientX, event.clientY, (key) => indexEdges(store.getState().document.edges).byKey.get(key));
    placeNode(
      store,
      definition,
      edge === undefined
        ? { kind: 'free', at: [at.x - 140, at.y - 30] }
        : { kind: 'onEdge', edge, at: [at.x - 140, at.y - 30] },
    );
  };
  const onDoubleClick = (event: ReactMouseEvent) => {
    if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return;
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    open(event.clientX, event.clientY, { kind: 'free', at: [at.x - 140, at.y - 30] });
  };
  const definitions =
    quickAdd?.placement.kind === 'free'
      ? catalog.all
      : catalog.all.filter((definition) => definition.role !== 'trigger');

  return (
    <CanvasActionsContext value={isReadOnly ? null : actions}>
      <div
        className="fe-canvas"
        data-testid="canvas"
        onDoubleClick={onDoubleClick}
        onFocus={(event) => {
          // Tab walks from card to card and selects; a press selects by itself.
          const id = event.target.matches('.react-flow__node:focus-visible') ? event.target.dataset['id'] : undefined;
          if (id !== undefined && document.nodes[id] !== undefined) store.getState().selectNode(id);
        }}
        onDragOver={allowDrop}
        onDrop={onDrop}
        tabIndex={-1}
      >
        <ReactFlow<CanvasNode, CanvasEdge>
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          onNodesChange={(changes: NodeChange<CanvasNode>[]) => {
            onNodesChange(changes);
            const next = nextSelection(store.getState().selection, changes, []);
            store.getState().select(next);
          }}
          onEdgesChange={(changes: EdgeChange<CanvasEdge>[]) =>
            store.getState().select(nextSelection(store.getState().selection, [], changes))
          }
          onConnect={(connection) =>
            connectNodes(store, {
              from: `${connection.source}.${connection.sourceHandle ?? ''}`,
              to: connection.target,
            })
          }
          onConnectEnd={onConnectEnd}
          isValidConnection={isValidConnection}
          onNodeDragStart={(_event, node, dragged) => frames.start(node, dragged)}
          onNodeDrag={(_event, node) => frames.drag(node)}
          onNodeDragStop={(_event, node, dragged) =>
            finishDrag([...dragged, ...frames.stop(node)], (cards, notes) => moveTo(store, cards, notes))
          }
          elevateNodesOnSelect={false}
          nodesDraggable={!isReadOnly}
          nodesConnectable={!isReadOnly}
          nodeDragThreshold={3}
          connectionRadius={36}
          deleteKeyCode={null}
          disableKeyboardA11y
          multiSelectionKeyCode={MULTI_KEYS}
          selectionMode={SelectionMode.Partial}
          edgesFocusable={false}
          zoomOnDoubleClick={false}
          panOnScroll
          minZoom={0.2}
          maxZoom={1.75}
          onlyRenderVisibleElements={nodes.length > 200}
        >
          <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} className="fe-dots" />
          {hasMap && !isSmall && nodes.length > 3 && (
            <MiniMap
              pannable
              zoomable
              ariaLabel="Overview of the flow"
              className="fe-map"
              nodeColor={(node) => mapColor(document.nodes[node.id]?.type, catalog.find)}
              nodeBorderRadius={14}
            />
          )}
          <CanvasTools
            isReadOnly={isReadOnly}
            hasMap={hasMap}
            onMap={setMap}
            onArrange={() => arrange(store, cardSizes(document, catalog, nodes))}
          />
        </ReactFlow>
        {Object.keys(document.nodes).length === 0 && !isReadOnly && <CanvasEmpty />}
        {quickAdd !== null && (
          <QuickAdd definitions={definitions} x={quickAdd.x} y={quickAdd.y} onPick={pick} onClose={closeQuickAdd} />
        )}
      </div>
    </CanvasActionsContext>
  );
}

const MULTI_KEYS = ['Meta', 'Control', 'Shift'];

function allowDrop(event: DragEvent): void {
  if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
}

function finishDrag(
  dragged: readonly CanvasNode[],
  done: (cards: Record<string, [number, number]>, notes: Record<string, [number, number]>) => void,
): void {
  const places = (type: 'card' | 'note') =>
    Object.fromEntries(
      dragged
        .filter((node) => node.type === type)
        .map((node): [string, [number, number]] => [
          node.id.replace(/^note:/u, ''),
          [Math.round(node.position.x), Math.round(node.position.y)],
        ]),
    );
  done(places('card'), places('note'));
}

function cardAt(x: number, y: number): string | undefined {
  const card = window.document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-node-id]');
  return card?.dataset['nodeId'];
}

function edgeAt(x: number, y: number, find: (key: string) => FlowEdge | undefined): FlowEdge | undefined {
  const line = window.document.elementFromPoint(x, y)?.closest<SVGElement>('[data-edge]');
  const key = line?.dataset['edge'];
  return key === undefined ? undefined : find(key);
}

function mapColor(type: string | undefined, find: (type: string) => NodeDefinitionData | undefined): string {
  return type === undefined ? '#e9d98a' : CATEGORY_COLORS[find(type)?.category ?? 'connect'].color;
}
