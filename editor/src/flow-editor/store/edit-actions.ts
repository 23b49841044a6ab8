/** What a person can do to the flow from several places (canvas, keyboard, inspector), as functions over the store. */
import { indexEdges } from '../model/edge-index.ts';
import { edgeKey } from '../model/graph.ts';
import { addNode, openPort, placeAfter, type Placement } from '../model/add-node.ts';
import { copyNodes, cornerOf, findCopiedNodes, pasteNodes } from '../model/copy-paste.ts';
import { CARD_WIDTH } from '../model/card-size.ts';
import { frameAround, withContents } from '../model/frames.ts';
import { freeName } from '../model/free-name.ts';
import { layoutFlow, type CardSize, type Layout } from '../model/layout-flow.ts';
import {
  FlowError,
  type DraftOperation,
  type FlowDocument,
  type FlowEdge,
  type Issue,
  type NodeDefinitionData,
} from '@heddle/schemas';
import type { EditorStore, Selection } from './editor-store.ts';
import { issuesOf, NOTHING_SELECTED, placesOf } from './editor-store.ts';

/** Adds a node and selects it. @returns Its id. */
export function placeNode(store: EditorStore, definition: NodeDefinitionData, placement: Placement): string {
  const { document, change } = store.getState();
  const { id, operations } = addNode(document, definition, placement);
  change(operations, { label: `Add "${definition.title}"`, select: { ...NOTHING_SELECTED, nodes: [id] } });
  return id;
}

/** Adds a node after the selected one, or at `centre` when nothing (or a node without an open exit) is selected. @returns Its id. */
export function placeAfterSelection(
  store: EditorStore,
  definition: NodeDefinitionData,
  centre: readonly [number, number],
): string {
  const { document, selection, catalog } = store.getState();
  const [selected, ...more] = selection.nodes;
  const node = selected === undefined || more.length > 0 ? undefined : document.nodes[selected];
  const known = node === undefined ? undefined : catalog.find(node.type);
  const port = selected === undefined || known === undefined ? undefined : openPort(document, selected, known);
  const layout = placesOf(store.getState());
  if (selected === undefined || port === undefined || definition.role === 'trigger')
    return placeNode(store, definition, { kind: 'free', at: freePlace(layout, centre) });
  return placeNode(store, definition, { kind: 'after', node: selected, port, at: placeAfter(layout, selected) });
}

/** A place near the centre that no card covers. */
export function freePlace(layout: Readonly<Layout>, centre: readonly [number, number]): readonly [number, number] {
  let [x, y] = centre;
  const covers = () =>
    Object.values(layout).some(([left, top]) => Math.abs(left - x) < CARD_WIDTH + 20 && Math.abs(top - y) < 190);
  while (covers()) {
    x += 48;
    y += 48;
  }
  return [x, y];
}

/** What was done, in words, and a way to take back just that, also when more was done since. */
export interface Done {
  readonly words: string;
  undo(): void;
}

/** Takes the newest change back later: by undo while it is still the newest, else by applying its inverse as a change of its own. */
function doneNow(store: EditorStore, words: string): Done {
  const entry = store.getState().history.past.at(-1);
  return {
    words,
    undo: () => {
      const { history, undo, change } = store.getState();
      if (entry === undefined || !history.past.includes(entry)) return; // Undone by other means already.
      if (history.past.at(-1) === entry) undo();
      else change(entry.inverse, { label: `Take back: ${entry.label}` });
    },
  };
}

/** Makes a published version the draft, as one step of the history. */
export function goBackTo(store: EditorStore, version: number, document: FlowDocument): Done {
  store.getState().change([{ kind: 'replaceDocument', document }], { label: `Go back to version ${version}` });
  return doneNow(store, `Version ${version} is the draft now`);
}

/** Removes what is selected; null when that is nothing. */
export function removeSelection(store: EditorStore, selection: Selection = store.getState().selection): Done | null {
  const { document, change } = store.getState();
  const operations: DraftOperation[] = [
    ...selection.edges.flatMap((key): DraftOperation[] => {
      const edge = indexEdges(document.edges).byKey.get(key);
      return edge === undefined ? [] : [{ kind: 'disconnect', edge }];
    }),
    ...selection.nodes.map((id): DraftOperation => ({ kind: 'removeNode', id })),
    ...selection.notes.map((id): DraftOperation => ({ kind: 'setNote', id, note: null })),
  ];
  if (operations.length === 0) return null;
  const words = describe(selection);
  change(operations, { label: `Remove ${words}`, select: NOTHING_SELECTED });
  return doneNow(store, `Removed ${words}`);
}

function describe({ nodes, edges, notes }: Selection): string {
  const count = (amount: number, one: string, many: string) =>
    amount === 0 ? [] : [amount === 1 ? `a ${one}` : `${amount} ${many}`];
  return [
    ...count(nodes.length, 'node', 'nodes'),
    ...count(nodes.length > 0 ? 0 : edges.length, 'connection', 'connections'),
    ...count(notes.length, 'note', 'notes'),
  ].join(' and ');
}

/**
 * Settles an issue by the change that it offers, as one step of the history, and shows the node that this adds. The issue is looked for
 * again first: the change that came with it may be older than the last letters typed.
 *
 * @returns null when the issue is gone by now, or its change does not fit.
 */
export function applyFix(store: EditorStore, issue: Issue): Done | null {
  const fix = issuesOf(store.getState()).find((found) => isSameIssue(found, issue))?.fix;
  if (fix === undefined) return null;
  const added = fix.operations.flatMap((operation) => (operation.kind === 'addNode' ? [operation.id] : []));
  try {
    store.getState().change(fix.operations, {
      label: fix.title,
      ...(added.length === 0 ? {} : { select: { ...NOTHING_SELECTED, nodes: added } }),
    });
  } catch (error) {
    if (error instanceof FlowError) return null;
    throw error;
  }
  const [shown] = added;
  if (shown !== undefined) store.getState().setFocus({ target: 'node', node: shown });
  return doneNow(store, fix.title);
}

function isSameIssue(a: Issue, b: Issue): boolean {
  return a.code === b.code && a.path === b.path && a.edge === b.edge && a.fix?.title === b.fix?.title;
}

/** Joins an exit to a node. */
export function connectNodes(store: EditorStore, edge: FlowEdge): void {
  store
    .getState()
    .change([{ kind: 'connect', edge }], { label: 'Connect', select: { ...NOTHING_SELECTED, edges: [edgeKey(edge)] } });
}

/** Removes one edge. */
export function removeEdge(store: EditorStore, edge: FlowEdge): Done {
  store.getState().change([{ kind: 'disconnect', edge }], { label: 'Remove the connection' });
  return doneNow(store, 'Removed a connection');
}

/** Text for the clipboard; null when no node is selected. */
export function copySelection(store: EditorStore): string | null {
  const { document, selection } = store.getState();
  const layout = placesOf(store.getState());
  const { nodes, notes } = withContents(document, layout, selection);
  return nodes.length + notes.length === 0 ? null : copyNodes(document, layout, nodes, notes);
}

/** Puts a clipboard text into the flow. @returns How many nodes came; 0 when the text is something else. */
export function pasteText(store: EditorStore, text: string, at: readonly [number, number]): number {
  const copied = findCopiedNodes(text);
  if (copied === undefined) return 0;
  const { document, change } = store.getState();
  const { ids, noteIds, operations } = pasteNodes(document, copied, at);
  change(operations, {
    label: ids.length === 1 ? 'Paste a node' : ids.length === 0 ? 'Paste notes' : `Paste ${ids.length} nodes`,
    select: { ...NOTHING_SELECTED, nodes: ids, notes: noteIds },
  });
  return ids.length + noteIds.length;
}

/** Copies the selected nodes beside themselves. */
export function duplicateSelection(store: EditorStore): void {
  const { document, selection } = store.getState();
  const text = copySelection(store);
  if (text === null) return;
  const layout = placesOf(store.getState());
  const [left, top] = cornerOf(document, layout, withContents(document, layout, selection));
  pasteText(store, text, [left + 40, top + 60]);
}

/** Moves cards and notes to where they were dragged: one entry in the history. */
export function moveTo(store: EditorStore, nodes: Layout, notes: Layout): void {
  const { document, change } = store.getState();
  const operations: DraftOperation[] = Object.keys(nodes).length === 0 ? [] : [{ kind: 'moveNodes', to: nodes }];
  for (const [id, at] of Object.entries(notes)) {
    const note = document.notes?.find((entry) => entry.id === id);
    if (note !== undefined) operations.push({ kind: 'setNote', id, note: { ...note, at } });
  }
  const count = Object.keys(nodes).length + Object.keys(notes).length;
  change(operations, { label: count === 1 ? 'Move' : `Move ${count} things` });
}

/** Arranges all cards: one entry in the history. */
export function arrange(store: EditorStore, sizeOf: (id: string) => CardSize): void {
  const { document, change } = store.getState();
  if (Object.keys(document.nodes).length === 0) return;
  change([{ kind: 'moveNodes', to: layoutFlow(document, sizeOf) }], { label: 'Arrange' });
}

/** Puts an empty note on the canvas and selects it. */
export function addNote(store: EditorStore, at: readonly [number, number]): void {
  const { document, change } = store.getState();
  const [x, y] = freePlace(placesOf(store.getState()), at);
  const id = freeName('note1', (name) => document.notes?.some((note) => note.id === name) === true);
  change([{ kind: 'setNote', id, note: { id, text: '', at: [Math.round(x), Math.round(y)], size: [220, 120] } }], {
    label: 'Add a note',
    select: { ...NOTHING_SELECTED, notes: [id] },
  });
}

/** Everything on the canvas. */
/** Draws a frame around what is chosen, or an empty one. */
export function addFrame(store: EditorStore, centre: readonly [number, number]): void {
  const { document, selection, change } = store.getState();
  const { id, operation } = frameAround(document, placesOf(store.getState()), selection, centre);
  change([operation], { label: 'Add a group', select: { ...NOTHING_SELECTED, notes: [id] } });
}

export function selectAll(document: FlowDocument): Selection {
  return {
    nodes: Object.keys(document.nodes),
    edges: document.edges.map(edgeKey),
    notes: (document.notes ?? []).map((note) => note.id),
  };
}
