import { Portal, ScrollArea, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { NodeDefinitionData } from '@heddle/schemas';
import { useEffect, useRef, useState } from 'react';
import { CATEGORY_COLORS } from '../../theme.ts';
import { NodeIcon } from '../../shared/NodeIcon.tsx';
import { searchCatalog } from '../model/node-catalog.ts';
import { categoryStyle } from './NodeCard.tsx';

interface QuickAddProps {
  readonly definitions: readonly NodeDefinitionData[];
  /** Where it opens, in the window. */
  readonly x: number;
  readonly y: number;
  onPick(definition: NodeDefinitionData): void;
  onClose(): void;
}

const WIDTH = 320;
const HEIGHT = 400;

/** A searchable list of node types at a place of the canvas. Arrows, Enter and Escape work. */
export function QuickAdd({ definitions, x, y, onPick, onClose }: QuickAddProps) {
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const panel = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const sections = searchCatalog(definitions, search);
  const flat = sections.flatMap((section) => section.items);
  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Node && panel.current?.contains(event.target) !== true) onClose();
    };
    // The press that opened the list must not close it.
    const timer = setTimeout(() => window.addEventListener('pointerdown', onDown, true), 0);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('pointerdown', onDown, true);
    };
  }, [onClose]);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(flat.length - 1, to));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const left = Math.max(8, Math.min(x, window.innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(y, window.innerHeight - HEIGHT - 8));
  return (
    <Portal>
      <div
        ref={panel}
        className="fe-quick-add fe-picker"
        role="dialog"
        aria-label="Add a node"
        style={{ left, top, width: WIDTH }}
      >
        <TextInput
          autoFocus
          variant="unstyled"
          className="fe-picker-search"
          placeholder="What should happen next?"
          aria-label="Search node types"
          role="combobox"
          aria-expanded
          aria-controls="quick-add-list"
          aria-activedescendant={flat[active] === undefined ? undefined : `quick-add-${active}`}
          leftSection={<IconSearch size={16} />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') move(active + 1);
            else if (event.key === 'ArrowUp') move(active - 1);
            else if (event.key === 'Enter' && flat[active] !== undefined) onPick(flat[active]);
            else if (event.key === 'Escape') onClose();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <ScrollArea.Autosize mah={HEIGHT - 50} type="auto" viewportRef={list}>
          <div id="quick-add-list" className="fe-picker-list" role="listbox" aria-label="Node types">
            {sections.map((section) => (
              <div key={section.category} role="group" aria-label={CATEGORY_COLORS[section.category].title}>
                <Text className="fe-group-title" px={12} pt={10} pb={4}>
                  {CATEGORY_COLORS[section.category].title}
                </Text>
                {section.items.map((definition) => {
                  const index = flat.indexOf(definition);
                  return (
                    <button
                      key={definition.type}
                      id={`quick-add-${index}`}
                      type="button"
                      role="option"
                      aria-selected={index === active}
                      data-index={index}
                      data-node-type={definition.type}
                      className="fe-quick-item"
                      style={categoryStyle(definition.category)}
                      onClick={() => onPick(definition)}
                      onPointerMove={() => setActive(index)}
                    >
                      <span className="fe-icon-tile fe-icon-tile-small">
                        <NodeIcon name={definition.icon} size={16} />
                      </span>
                      <span>
                        <b>{definition.title}</b>
                        <small>{definition.summary}</small>
                      </span>
                    </button>
                  );
                })}
              </div>
            ))}
            {flat.length === 0 && (
              <Text size="sm" c="dimmed" p="md">
                No node type has that name.
              </Text>
            )}
          </div>
        </ScrollArea.Autosize>
      </div>
    </Portal>
  );
}
