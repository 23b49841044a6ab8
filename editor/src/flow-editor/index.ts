export { FlowEditorPage, type FlowEditorPageProps } from './FlowEditorPage.tsx';
export { FlowCanvas, type FlowCanvasProps } from './FlowCanvas.tsx';
export type { CanvasOverlay, NodeOverlay } from './store/canvas-state.ts';
export { edgeKey } from './model/graph.ts';
