import type { FlowDocument, Issue } from '@heddle/schemas';
import type { NodeStats } from '@heddle/schemas/api';
import { createContext, useContext } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';
import { issuesByNode, keepUnchanged, type NodeIssues } from '../model/issues.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';

/** What a run did at one node. */
export interface NodeOverlay {
  readonly status?: 'running' | 'suspended' | 'succeeded' | 'failed' | 'cancelled';
  readonly durationMs?: number;
  /** How often the run passed. */
  readonly visits?: number;
  /** Numbers of many runs. */
  readonly counters?: NodeStats;
}

/** How a part of one version differs from another version. */
export type ChangeMark = 'added' | 'removed' | 'changed';

/** What differs between two versions. Edges by `edgeKey`. */
export interface CanvasChanges {
  readonly nodes: Record<string, ChangeMark>;
  readonly edges: Record<string, ChangeMark>;
  readonly notes: Record<string, ChangeMark>;
}

/** Drawn over the flow: one run, the numbers of a period, or what changed between versions. */
export interface CanvasOverlay {
  readonly nodes: Readonly<Record<string, NodeOverlay>>;
  /** Edges that were passed, as `edgeKey` names them: `node.port->target`. */
  readonly edges: readonly string[];
  /** Draws everything that is not named above faintly. */
  readonly isExclusive?: boolean;
  readonly changes?: CanvasChanges;
}

/** What the cards of a canvas read. */
export interface CanvasState {
  readonly document: FlowDocument;
  readonly catalog: NodeCatalog;
  readonly issues: readonly Issue[];
  readonly nodeIssues: ReadonlyMap<string, NodeIssues>;
  readonly overlay: CanvasOverlay | null;
  readonly isReadOnly: boolean;
}

/** State for a canvas that is only looked at. */
export function createCanvasStore(
  document: FlowDocument,
  catalog: NodeCatalog,
  overlay: CanvasOverlay | null,
): StoreApi<CanvasState> {
  return createStore<CanvasState>(() => ({
    document,
    catalog,
    issues: [],
    nodeIssues: new Map(),
    overlay,
    isReadOnly: true,
  }));
}

/** The part of the state that new issues change; groups that are the same as before keep their identity. */
export function withIssues(
  before: CanvasState['nodeIssues'],
  issues: readonly Issue[],
): Pick<CanvasState, 'issues' | 'nodeIssues'> {
  return { issues, nodeIssues: keepUnchanged(before, issuesByNode(issues)) };
}

/** The store of the canvas around a component, to read only; an editor's store fits too. */
export const CanvasContext = createContext<Pick<
  StoreApi<CanvasState>,
  'getState' | 'getInitialState' | 'subscribe'
> | null>(null);

/** Reads the canvas. The component is drawn again only when the selected value changes. */
export function useCanvas<T>(select: (state: CanvasState) => T): T {
  const store = useContext(CanvasContext);
  if (store === null) throw new Error('useCanvas needs a CanvasContext around it');
  return useStore(store, select);
}
