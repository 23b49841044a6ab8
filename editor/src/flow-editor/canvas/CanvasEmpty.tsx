import { SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { useReactFlow } from '@xyflow/react';
import { NodeIcon } from '../../shared/NodeIcon.tsx';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { placeNode } from '../store/edit-actions.ts';
import { categoryStyle } from './NodeCard.tsx';

/** What an empty flow shows: the ways to begin. */
export function CanvasEmpty() {
  const store = useEditorStore();
  const triggers = useEditor((state) => state.catalog.all).filter((definition) => definition.role === 'trigger');
  const flow = useReactFlow();
  return (
    <div className="fe-empty">
      <Text fw={650} size="lg">
        How does this flow start?
      </Text>
      <Text size="sm" c="dimmed" mb="md">
        Choose a starting point. You can add more later.
      </Text>
      <SimpleGrid cols={2} spacing="xs">
        {triggers.map((definition) => (
          <UnstyledButton
            key={definition.type}
            className="fe-empty-choice"
            style={categoryStyle(definition.category)}
            data-start={definition.type}
            onClick={() => {
              const id = placeNode(store, definition, { kind: 'free', at: [0, 0] });
              requestAnimationFrame(() => void flow.setCenter(300, 120, { zoom: 1, duration: 0 }));
              store.getState().selectNode(id);
            }}
          >
            <span className="fe-icon-tile">
              <NodeIcon name={definition.icon} size={19} />
            </span>
            <span>
              <b>{definition.title}</b>
              <small>{definition.summary}</small>
            </span>
          </UnstyledButton>
        ))}
      </SimpleGrid>
    </div>
  );
}
