import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconPin, IconPinnedOff } from '@tabler/icons-react';
import type { FlowNode, NodeDefinitionData, NodePin } from '@heddle/schemas';
import { SchemaForm } from '../form/SchemaForm.tsx';
import { portsOfNode } from '../model/graph.ts';
import { useEditorStore } from '../store/editor-context.ts';

interface PinSettingsProps {
  readonly id: string;
  readonly node: FlowNode;
  readonly definition: NodeDefinitionData;
  readonly isReadOnly: boolean;
}

/** The output that stands in for a node in tests: what a node that asks the outside is taken to have been told. */
export function PinSettings({ id, node, definition, isReadOnly }: PinSettingsProps) {
  const store = useEditorStore();
  const ports = portsOfNode(definition, node.config);
  const [first] = ports;
  const { pin } = node;
  const set = (next: NodePin | null, label: string) =>
    store
      .getState()
      .change([{ kind: 'setPin', id, pin: next }], { label, ...(next === null ? {} : { mergeKey: `pin ${id}` }) });
  if (pin === undefined)
    return isReadOnly || first === undefined ? null : (
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          px={4}
          leftSection={<IconPin size={15} />}
          onClick={() => set({ port: first.name, output: {} }, 'Pin an output')}
        >
          Pin an output for tests
        </Button>
      </Group>
    );
  return (
    <div className="fe-inset" role="group" aria-label="Pinned output">
      <Stack gap="sm">
        <Text size="xs" c="dimmed">
          Tests and stepping through take this output instead of running the node. It is never published.
        </Text>
        <NativeSelect
          size="sm"
          label="Leaves by"
          disabled={isReadOnly}
          value={pin.port}
          data={ports.map(({ name, title }) => ({ value: name, label: title }))}
          onChange={(event) => set({ ...pin, port: event.currentTarget.value }, 'Change the pinned output')}
        />
        <SchemaForm
          schema={OUTPUT_FORM}
          value={{ output: pin.output }}
          onChange={({ output = null }) => set({ ...pin, output }, 'Change the pinned output')}
          fields={[]}
          messages={NO_MESSAGES}
          isReadOnly={isReadOnly}
        />
        {!isReadOnly && (
          <Group>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              px={4}
              leftSection={<IconPinnedOff size={15} />}
              onClick={() => set(null, 'Remove the pinned output')}
            >
              Remove the pin
            </Button>
          </Group>
        )}
      </Stack>
    </div>
  );
}

const NO_MESSAGES: ReadonlyMap<string, string> = new Map();
const OUTPUT_FORM = {
  type: 'object',
  required: ['output'],
  properties: { output: { title: 'With this output', 'x-widget': 'json' } },
};
