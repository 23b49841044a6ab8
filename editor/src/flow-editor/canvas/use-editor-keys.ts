import { useReactFlow } from '@xyflow/react';
import { useEffect } from 'react';
import { notifyUndo } from '../../shared/notify.tsx';
import { withContents } from '../model/frames.ts';
import { neighbourOf } from '../model/graph.ts';
import { useEditorStore } from '../store/editor-context.ts';
import { NOTHING_SELECTED, placesOf, type EditorStore } from '../store/editor-store.ts';
import {
  addFrame,
  copySelection,
  duplicateSelection,
  moveTo,
  pasteText,
  removeSelection,
  selectAll,
} from '../store/edit-actions.ts';

const DIRECTIONS = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' } as const;

/** How far Alt with an arrow moves. */
const NUDGE = 20;

/** The keyboard and the clipboard of the editor. Text fields and open dialogs keep their own keys. */
export function useEditorKeys(options: { onShortcuts(): void }): void {
  const store = useEditorStore();
  const flow = useReactFlow();
  const { onShortcuts } = options;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isBusyElsewhere(event.target)) return;
      if (handleKey(event, store, flow, onShortcuts)) event.preventDefault();
    };
    const onCopy = (event: ClipboardEvent, isCut: boolean) => {
      if (isBusyElsewhere(event.target) || window.getSelection()?.isCollapsed === false) return;
      const text = copySelection(store);
      if (text === null) return;
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
      if (isCut) remove(store);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isBusyElsewhere(event.target)) return;
      const { innerWidth, innerHeight } = window;
      const { x, y } = flow.screenToFlowPosition({ x: innerWidth / 2 - 140, y: innerHeight / 2 - 120 });
      if (pasteText(store, event.clipboardData?.getData('text/plain') ?? '', [x, y]) > 0) event.preventDefault();
    };
    const copy = (event: ClipboardEvent) => onCopy(event, false);
    const cut = (event: ClipboardEvent) => onCopy(event, true);
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('copy', copy);
    window.addEventListener('cut', cut);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('copy', copy);
      window.removeEventListener('cut', cut);
      window.removeEventListener('paste', onPaste);
    };
  }, [store, flow, onShortcuts]);
}

function isBusyElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="menu"], [role="listbox"]') !== null
  );
}

/** @returns True when the key meant something. */
function handleKey(
  event: KeyboardEvent,
  store: EditorStore,
  flow: ReturnType<typeof useReactFlow>,
  onShortcuts: () => void,
): boolean {
  const isMod = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const state = store.getState();
  if (isMod) {
    if (key === 'z') return event.shiftKey ? (state.redo(), true) : (state.undo(), true);
    if (key === 'y') return (state.redo(), true);
    if (key === 'd') return (duplicateSelection(store), true);
    if (key === 'a') return (state.select(selectAll(state.document)), true);
    return false;
  }
  if (key in DIRECTIONS) {
    // The keys were looked up in the line above.
    const direction = DIRECTIONS[key as keyof typeof DIRECTIONS];
    return event.altKey ? nudge(store, direction) : walk(store, flow, direction);
  }
  switch (key) {
    case 'Delete':
    case 'Backspace':
      return remove(store);
    case 'Enter':
      // Enter on a button is the button's.
      if (event.target instanceof HTMLElement && event.target.closest('button, a') !== null) return false;
      if (state.selection.nodes.length !== 1) return false;
      state.setFocus({ target: 'inspector' });
      return true;
    case 'Escape':
      state.select(NOTHING_SELECTED);
      return true;
    case '/':
      state.setFocus({ target: 'palette' });
      return true;
    case '?':
      onShortcuts();
      return true;
    case 'f':
      void flow.fitView({ duration: 300, padding: 0.2, maxZoom: 1 });
      return true;
    case 'g':
      if (state.isReadOnly || state.selection.nodes.length + state.selection.notes.length === 0) return false;
      addFrame(store, [0, 0]);
      return true;
    case 'a':
      return pressOpenExit(state.selection.nodes[0]);
    default:
      return false;
  }
}

function remove(store: EditorStore): boolean {
  const removed = removeSelection(store);
  if (removed !== null) notifyUndo(removed.words, removed.undo);
  return removed !== null;
}

function walk(
  store: EditorStore,
  flow: ReturnType<typeof useReactFlow>,
  direction: 'left' | 'right' | 'up' | 'down',
): boolean {
  const { document, selection, selectNode } = store.getState();
  const layout = placesOf(store.getState());
  const [from] = selection.nodes;
  const next =
    from === undefined
      ? Object.keys(document.nodes)[0]
      : neighbourOf(document, from, direction, (id) => layout[id] ?? [0, 0]);
  if (next === undefined) return from !== undefined;
  selectNode(next);
  // So that a screen reader says where we are.
  window.document.querySelector<HTMLElement>(`.react-flow__node[data-id="${next}"]`)?.focus({ preventScroll: true });
  const [x, y] = layout[next] ?? [0, 0];
  void flow.setCenter(x + 140, y + 90, { zoom: flow.getZoom(), duration: 200 });
  return true;
}

function nudge(store: EditorStore, direction: 'left' | 'right' | 'up' | 'down'): boolean {
  const { selection, document } = store.getState();
  if (selection.nodes.length + selection.notes.length === 0) return false;
  const layout = placesOf(store.getState());
  const moved = withContents(document, layout, selection);
  const [dx, dy] = { left: [-NUDGE, 0], right: [NUDGE, 0], up: [0, -NUDGE], down: [0, NUDGE] }[direction] ?? [0, 0];
  moveTo(
    store,
    Object.fromEntries(
      moved.nodes.map((id): [string, [number, number]] => [
        id,
        [(layout[id]?.[0] ?? 0) + (dx ?? 0), (layout[id]?.[1] ?? 0) + (dy ?? 0)],
      ]),
    ),
    Object.fromEntries(
      (document.notes ?? [])
        .filter(({ id }) => moved.notes.includes(id))
        .map(({ id, at }): [string, [number, number]] => [id, [at[0] + (dx ?? 0), at[1] + (dy ?? 0)]]),
    ),
  );
  return true;
}

/** Opens the quick-add list at the first "+" of a card, as a click on it would. */
function pressOpenExit(nodeId: string | undefined): boolean {
  if (nodeId === undefined) return false;
  const button = window.document.querySelector<HTMLButtonElement>(
    `[data-node-id="${nodeId}"] .fe-port[data-quiet="false"] .fe-port-add`,
  );
  button?.click();
  return button !== null;
}
