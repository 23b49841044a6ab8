import type { FlowEdge } from '@heddle/schemas';
import { createContext } from 'react';

/** What cards and edges can ask of an editable canvas. Null on one that is only looked at. */
export interface CanvasActions {
  addAfter(nodeId: string, port: string, anchor: DOMRect): void;
  insertOn(edge: FlowEdge, anchor: DOMRect): void;
  removeEdge(edge: FlowEdge): void;
}

export const CanvasActionsContext = createContext<CanvasActions | null>(null);
