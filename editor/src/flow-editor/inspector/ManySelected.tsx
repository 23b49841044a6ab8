import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { notifyUndo } from '../../shared/notify.tsx';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { duplicateSelection, removeSelection } from '../store/edit-actions.ts';

/** What can be done with several things at once. */
export function ManySelected({ count }: { readonly count: number }) {
  const store = useEditorStore();
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const remove = () => {
    const removed = removeSelection(store);
    if (removed !== null) notifyUndo(removed.words, removed.undo);
  };
  return (
    <Stack p="lg" gap="sm">
      <Text fw={650}>{count} things selected</Text>
      <Text size="sm" c="dimmed">
        Drag them together, copy them with Ctrl C, or use the buttons.
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconCopy size={15} />}
          disabled={isReadOnly}
          onClick={() => duplicateSelection(store)}
        >
          Duplicate
        </Button>
        <Button
          variant="default"
          size="xs"
          c="red"
          leftSection={<IconTrash size={15} />}
          disabled={isReadOnly}
          onClick={remove}
        >
          Remove
        </Button>
      </Group>
    </Stack>
  );
}
