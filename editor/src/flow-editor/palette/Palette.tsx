import { ActionIcon, CloseButton, ScrollArea, Text, TextInput, Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconSearch } from '@tabler/icons-react';
import { useReactFlow } from '@xyflow/react';
import type { NodeDefinitionData } from '@heddle/schemas';
import { useEffect, useMemo, useRef, useState } from 'react';
import { NodeIcon } from '../../shared/NodeIcon.tsx';
import { CATEGORY_COLORS } from '../../theme.ts';
import { bringIntoView } from '../canvas/bring-into-view.ts';
import type { CanvasEdge, CanvasNode } from '../canvas/canvas-nodes.ts';
import { DRAG_TYPE } from '../canvas/EditorCanvas.tsx';
import { categoryStyle } from '../canvas/NodeCard.tsx';
import { searchCatalog } from '../model/node-catalog.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { placeAfterSelection } from '../store/edit-actions.ts';

/** All node types by category: searched, dragged onto the canvas, or added after the selected node by a click. */
export function Palette({ onClose }: { onClose(): void }) {
  const store = useEditorStore();
  const catalog = useEditor((state) => state.catalog);
  const flow = useReactFlow<CanvasNode, CanvasEdge>();
  const [search, setSearch] = useState('');
  const sections = useMemo(() => searchCatalog(catalog.all, search), [catalog, search]);
  const input = useSearchFocus();
  const list = useRef<HTMLDivElement>(null);
  const add = (definition: NodeDefinitionData) => {
    const canvas = window.document.querySelector('[data-testid="canvas"]')?.getBoundingClientRect();
    const centre = flow.screenToFlowPosition({
      x: (canvas?.left ?? 0) + (canvas?.width ?? 800) / 2,
      y: (canvas?.top ?? 0) + (canvas?.height ?? 600) / 2,
    });
    const id = placeAfterSelection(store, definition, [Math.round(centre.x - 140), Math.round(centre.y - 80)]);
    bringIntoView(flow, id);
  };
  return (
    <aside className="fe-palette" aria-label="Palette">
      <div className="fe-palette-head">
        <TextInput
          ref={input}
          placeholder="Search nodes"
          aria-label="Search nodes"
          leftSection={<IconSearch size={16} />}
          rightSection={
            search === '' ? (
              <kbd className="fe-kbd">/</kbd>
            ) : (
              <CloseButton size="sm" aria-label="Clear the search" onClick={() => setSearch('')} />
            )
          }
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = sections[0]?.items ?? [];
            if (event.key === 'Enter' && first !== undefined && search !== '') add(first);
            else if (event.key === 'ArrowDown') list.current?.querySelector<HTMLElement>('[data-node-type]')?.focus();
            else if (event.key === 'Escape') {
              setSearch('');
              event.currentTarget.blur();
            }
          }}
        />
        <Tooltip label="Hide the palette">
          <ActionIcon variant="subtle" color="gray" size={34} aria-label="Hide the palette" onClick={onClose}>
            <IconLayoutSidebarLeftCollapse size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
      <ScrollArea flex={1} type="hover" scrollbarSize={8}>
        <div ref={list} className="fe-palette-list" onKeyDown={moveFocus}>
          {sections.map((section) => (
            <section key={section.category} aria-label={CATEGORY_COLORS[section.category].title}>
              <h3 className="fe-group-title">{CATEGORY_COLORS[section.category].title}</h3>
              {section.items.map((definition) => (
                <button
                  key={definition.type}
                  type="button"
                  draggable
                  className="fe-palette-item"
                  style={categoryStyle(definition.category)}
                  data-node-type={definition.type}
                  title={definition.summary}
                  onClick={() => add(definition)}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(DRAG_TYPE, definition.type);
                    event.dataTransfer.effectAllowed = 'copy';
                  }}
                >
                  <span className="fe-icon-tile fe-icon-tile-small">
                    <NodeIcon name={definition.icon} size={16} />
                  </span>
                  <span className="fe-palette-title">{definition.title}</span>
                </button>
              ))}
            </section>
          ))}
          {sections.length === 0 && (
            <Text size="sm" c="dimmed" p="sm">
              No node has that name. Try another word.
            </Text>
          )}
        </div>
      </ScrollArea>
    </aside>
  );
}

/** Focuses the search when the keyboard asks for it. */
function useSearchFocus() {
  const store = useEditorStore();
  const focus = useEditor((state) => state.focus);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus?.target !== 'palette') return;
    input.current?.focus();
    input.current?.select();
    store.getState().setFocus(null);
  }, [focus, store]);
  return input;
}

/** Arrow keys walk through the entries. */
function moveFocus(event: React.KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-node-type]')];
  const at = items.findIndex((item) => item === window.document.activeElement);
  items[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
  event.preventDefault();
  event.stopPropagation();
}
