import { ActionIcon, Group, Select, Stack, Text } from '@mantine/core';
import { IconArrowRight, IconX } from '@tabler/icons-react';
import { parseEdgeSource, type FlowNode, type NodeDefinitionData } from '@heddle/schemas';
import { edgesFrom, portsOfNode, refuseEdge, titleOfNode } from '../model/graph.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { removeEdge } from '../store/edit-actions.ts';

interface ExitListProps {
  readonly id: string;
  readonly node: FlowNode;
  readonly definition: NodeDefinitionData;
}

/** Where each exit leads, to read, follow and change without a pointer. */
export function ExitList({ id, node, definition }: ExitListProps) {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const catalog = useEditor((state) => state.catalog);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const edges = edgesFrom(document, id);
  return (
    <Stack gap={6} role="group" aria-label="Exits">
      <Text className="fe-group-title">What happens next</Text>
      {portsOfNode(definition, node.config).map((port) => {
        const own = edges.filter((edge) => parseEdgeSource(edge.from).port === port.name);
        const open = Object.entries(document.nodes).filter(
          ([target]) => refuseEdge(document, catalog, { node: id, port: port.name }, target) === null,
        );
        if (port.isQuiet && own.length === 0 && isReadOnly) return null;
        return (
          <div key={port.name} className="fe-exit" data-tone={port.tone}>
            <Text size="xs" className="fe-exit-title">
              {port.title}
            </Text>
            <div className="fe-exit-targets">
              {own.map((edge) => (
                <Group key={edge.to} gap={2} wrap="nowrap">
                  <button
                    type="button"
                    className="fe-exit-target"
                    onClick={() => store.getState().setFocus({ target: 'node', node: edge.to })}
                  >
                    <IconArrowRight size={13} />{' '}
                    <span>
                      {document.nodes[edge.to] === undefined
                        ? edge.to
                        : titleOfNode(document.nodes[edge.to] ?? node, catalog)}
                    </span>
                  </button>
                  {!isReadOnly && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size="xs"
                      aria-label={`Disconnect "${port.title}"`}
                      onClick={() => removeEdge(store, edge)}
                    >
                      <IconX size={12} />
                    </ActionIcon>
                  )}
                </Group>
              ))}
              {own.length === 0 && !isReadOnly && (
                <Select
                  size="xs"
                  variant="unstyled"
                  classNames={{ input: 'fe-exit-select' }}
                  aria-label={`Connect "${port.title}" to`}
                  placeholder={port.isQuiet ? 'Fails the run' : 'Ends here'}
                  data={open.map(([target, entry]) => ({ value: target, label: titleOfNode(entry, catalog) }))}
                  value={null}
                  searchable
                  nothingFoundMessage="No other node"
                  comboboxProps={{ width: 220, position: 'bottom-end' }}
                  onChange={(target) => {
                    if (target !== null)
                      store.getState().change([{ kind: 'connect', edge: { from: `${id}.${port.name}`, to: target } }], {
                        label: 'Connect',
                      });
                  }}
                />
              )}
            </div>
          </div>
        );
      })}
    </Stack>
  );
}
