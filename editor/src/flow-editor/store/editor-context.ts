import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { EditorState, EditorStore } from './editor-store.ts';

/** The store of the open flow. */
export const EditorContext = createContext<EditorStore | null>(null);

/** The store itself, for event handlers that read the newest state. */
export function useEditorStore(): EditorStore {
  const store = useContext(EditorContext);
  if (store === null) throw new Error('useEditorStore needs an EditorContext around it');
  return store;
}

/** Reads the editor. The component is drawn again only when the selected value changes. */
export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useEditorStore(), select);
}
