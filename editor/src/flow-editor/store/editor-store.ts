import { applyOperations, lintFlow } from '@heddle/engine';
import type { DraftOperation, FlowDocument, Issue } from '@heddle/schemas';
import type { FlowBindings, FlowView } from '@heddle/schemas/api';
import { createStore, type StoreApi } from 'zustand';
import type { Layout } from '../model/layout-flow.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';
import { withIssues, type CanvasState } from './canvas-state.ts';
import type { SaveState } from './draft-sync.ts';
import { EMPTY_HISTORY, record, stepBack, stepForward, type History } from './history.ts';

/** What is chosen on the canvas. */
export interface Selection {
  readonly nodes: readonly string[];
  /** Keys of edges. */
  readonly edges: readonly string[];
  readonly notes: readonly string[];
}

export const NOTHING_SELECTED: Selection = { nodes: [], edges: [], notes: [] };

/** How a change enters the history. */
export interface ChangeOptions {
  readonly label: string;
  readonly mergeKey?: string;
  readonly select?: Selection;
}

/** How the flow stands on the server, and what the server knows that the linter needs. */
export type FlowStatus = Pick<
  FlowView,
  'state' | 'publishedVersion' | 'hasUnpublishedChanges' | 'webhookUrls' | 'lintFacts'
>;

/** State of the flow editor. The document changes by draft operations alone. */
export interface EditorState extends CanvasState {
  readonly selection: Selection;
  readonly history: History;
  readonly save: SaveState;
  readonly bindings: FlowBindings;
  readonly status: FlowStatus;
  /** Where cards are drawn that have no place in the document. */
  readonly drawnAt: Layout;
  /** Which part of the page the keyboard should go to; the part clears it. `canvas` only brings the node into view. */
  readonly focus: { readonly target: 'palette' | 'inspector' | 'node' | 'canvas'; readonly node?: string } | null;

  change(operations: readonly DraftOperation[], options: ChangeOptions): void;
  undo(): void;
  redo(): void;
  select(selection: Selection): void;
  selectNode(id: string): void;
  setFocus(focus: EditorState['focus']): void;
  /** A draft loaded anew; the history no longer fits it. @param renamed Nodes that took another id: old to new. */
  load(document: FlowDocument, bindings: FlowBindings, renamed?: Readonly<Record<string, string>>): void;
  setSave(save: SaveState): void;
  setBindings(bindings: FlowBindings): void;
  setStatus(status: Partial<FlowStatus>): void;
  setOverlay(overlay: CanvasState['overlay']): void;
}

export interface EditorStoreOptions {
  readonly document: FlowDocument;
  readonly bindings: FlowBindings;
  readonly status: FlowStatus;
  readonly catalog: NodeCatalog;
  readonly isReadOnly: boolean;
  /** Hands operations on to the server. */
  readonly push: (operations: readonly DraftOperation[]) => void;
  readonly nowMs: () => number;
  /** Does the work a little later, once, however often it is asked for in between. */
  readonly later: (work: () => void) => void;
}

export type EditorStore = StoreApi<EditorState>;

/** Checking 500 nodes takes about 60 ms, too long for every letter typed; up to this many it is not felt. */
const VALIDATE_AT_ONCE_NODES = 120;

/** Makes the store of one open flow. */
export function createEditorStore(options: EditorStoreOptions): EditorStore {
  return createStore<EditorState>((set, get) => {
    const validate = () => set((state) => withIssues(state.nodeIssues, issuesOf(state)));
    /** Applies, validates and sends. */
    const apply = (operations: readonly DraftOperation[]): readonly DraftOperation[] => {
      const { document, inverse } = applyOperations(get().document, operations);
      set((state) => ({ document, selection: stillThere(state.selection, document) }));
      if (Object.keys(document.nodes).length <= VALIDATE_AT_ONCE_NODES) validate();
      else options.later(validate);
      options.push(operations);
      return inverse;
    };
    const initial = issuesOf(options);
    return {
      document: options.document,
      catalog: options.catalog,
      ...withIssues(new Map(), initial),
      overlay: null,
      isReadOnly: options.isReadOnly,
      selection: NOTHING_SELECTED,
      history: EMPTY_HISTORY,
      save: { kind: 'saved' },
      bindings: options.bindings,
      status: statusOf(options.status),
      drawnAt: {},
      focus: null,

      change: (wanted, { label, mergeKey, select }) => {
        if (get().isReadOnly || wanted.length === 0) return;
        const operations = [...pinning(get()), ...wanted];
        const inverse = apply(operations);
        set((state) => ({
          history: record(state.history, { label, forward: operations, inverse, mergeKey, atMs: options.nowMs() }),
          ...(select === undefined ? {} : { selection: select }),
        }));
      },
      undo: () => {
        const step = stepBack(get().history);
        if (step === undefined || get().isReadOnly) return;
        apply(step.entry.inverse);
        set({ history: step.history });
      },
      redo: () => {
        const step = stepForward(get().history);
        if (step === undefined || get().isReadOnly) return;
        apply(step.entry.forward);
        set({ history: step.history });
      },
      select: (selection) => {
        if (!sameSelection(get().selection, selection)) set({ selection });
      },
      selectNode: (id) => get().select({ ...NOTHING_SELECTED, nodes: [id] }),
      setFocus: (focus) => set({ focus }),
      load: (document, bindings, renamed = {}) =>
        set((state) => ({
          document,
          bindings,
          history: EMPTY_HISTORY,
          selection: stillThere(withNewIds(state.selection, renamed), document),
          ...withIssues(state.nodeIssues, issuesOf({ ...state, document, bindings })),
        })),
      setSave: (save) => {
        if (get().save.kind !== save.kind || save.kind === 'failed') set({ save });
      },
      setBindings: (bindings) => {
        if (JSON.stringify(bindings) === JSON.stringify(get().bindings)) return;
        set((state) => ({
          bindings,
          ...withIssues(state.nodeIssues, issuesOf({ ...state, bindings })),
        }));
      },
      setStatus: (changed) => {
        const before = get().status;
        const status = statusOf({ ...before, ...changed });
        set({ status });
        if (JSON.stringify(status.lintFacts) !== JSON.stringify(before.lintFacts)) validate();
      },
      setOverlay: (overlay) => set({ overlay }),
    };
  });
}

/** Where every card is: its place in the document, else where it is drawn. */
export function placesOf(state: Pick<EditorState, 'document' | 'drawnAt'>): Layout {
  return { ...state.drawnAt, ...state.document.layout };
}

/** Gives the cards that have no place the one where they are drawn, so that placing one card does not move the others. */
function pinning({ document, drawnAt }: EditorState): DraftOperation[] {
  const loose = Object.entries(drawnAt).filter(
    ([id]) => Object.hasOwn(document.nodes, id) && document.layout?.[id] === undefined,
  );
  return loose.length === 0 ? [] : [{ kind: 'moveNodes', to: Object.fromEntries(loose) }];
}

function statusOf({ state, publishedVersion, hasUnpublishedChanges, webhookUrls, lintFacts }: FlowStatus): FlowStatus {
  return { state, publishedVersion, hasUnpublishedChanges, webhookUrls, lintFacts };
}

/** What the linter finds with all that the server knows, as the server finds it, and accounts that were not chosen. */
export function issuesOf({
  document,
  bindings,
  status,
  catalog,
}: Pick<EditorState, 'document' | 'bindings' | 'status' | 'catalog'>): Issue[] {
  const bound = Object.entries(bindings.connections).filter((entry): entry is [string, string] => entry[1] !== null);
  const empty = Object.entries(document.connections ?? {}).filter(
    ([name]) => (bindings.connections[name] ?? null) === null,
  );
  return [
    ...lintFlow(document, catalog.registry, {
      ...status.lintFacts,
      inputs: bindings.inputs,
      connections: Object.fromEntries(bound),
    }),
    ...empty.map(([name, slot]): Issue => ({
      code: 'FLOW_SLOT_EMPTY',
      severity: 'error',
      path: `/connections/${name}`,
      message: `Choose which account "${slot.label}" is.`,
    })),
  ];
}

function stillThere(selection: Selection, document: FlowDocument): Selection {
  const nodes = selection.nodes.filter((id) => Object.hasOwn(document.nodes, id));
  const notes = selection.notes.filter((id) => document.notes?.some((note) => note.id === id));
  const keys = new Set(document.edges.map((edge) => `${edge.from}->${edge.to}`));
  const next = { nodes, notes, edges: selection.edges.filter((key) => keys.has(key)) };
  return sameSelection(selection, next) ? selection : next;
}

function sameSelection(a: Selection, b: Selection): boolean {
  return sameList(a.nodes, b.nodes) && sameList(a.edges, b.edges) && sameList(a.notes, b.notes);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function withNewIds(selection: Selection, renamed: Readonly<Record<string, string>>): Selection {
  return { ...selection, nodes: selection.nodes.map((id) => renamed[id] ?? id) };
}
