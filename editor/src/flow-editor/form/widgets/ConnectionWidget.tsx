import { Avatar, Group, Select, Text } from '@mantine/core';
import { useConnections } from '../../../connections/connection-queries.ts';
import { titleCase } from '../../model/add-node.ts';
import { freeName } from '../../model/free-name.ts';
import { useEditor, useEditorStore } from '../../store/editor-context.ts';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';

/** The account that a node works with. Stored as a slot of the flow (`@shop`); shown as the account that stands in for it. */
export function ConnectionWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const store = useEditorStore();
  const platform = useEditor((state) => platformOf(state, field.pointer));
  const slots = useEditor((state) => state.document.connections);
  const bindings = useEditor((state) => state.bindings);
  const { data } = useConnections();
  const names = Object.entries(slots ?? {}).filter(([, slot]) => platform === undefined || slot.platform === platform);
  const accountOf = (name: string) => data?.items.find((item) => item.id === bindings.connections[name]);
  const chosen = typeof value === 'string' && value.startsWith('@') ? value.slice(1) : null;
  const account = chosen === null ? undefined : accountOf(chosen);
  const addSlot = () => {
    if (platform === undefined) return;
    const name = freeName(platform.replaceAll(/[^a-zA-Z0-9_]/gu, ''), (taken) => Object.hasOwn(slots ?? {}, taken));
    store.getState().change(
      [
        {
          kind: 'setSlot',
          name,
          slot: { platform, label: `${names.length === 0 ? 'Your' : 'Another'} ${titleCase(platform)} account` },
        },
      ],
      { label: 'Add an account' },
    );
    onChange(`@${name}`);
  };
  return (
    <FieldFrame {...field}>
      <Select
        {...input}
        error={input['aria-invalid']}
        value={chosen}
        allowDeselect={false}
        placeholder="Choose an account"
        data={[
          ...names.map(([name, slot]) => ({ value: name, label: slot.label })),
          ...(chosen !== null && !names.some(([name]) => name === chosen)
            ? [{ value: chosen, label: `@${chosen} (not in this flow)` }]
            : []),
          { value: '+', label: names.length === 0 ? 'Add an account' : 'Another account…' },
        ]}
        onChange={(next) => {
          if (next === '+') addSlot();
          else if (next !== null) onChange(`@${next}`);
        }}
        leftSection={
          account === undefined ? undefined : (
            <Avatar src={account.pictureUrl} size={20} name={account.name} color="initials" />
          )
        }
        renderOption={({ option }) => {
          const known = accountOf(option.value);
          return (
            <Group gap="xs" wrap="nowrap">
              {known !== undefined && <Avatar src={known.pictureUrl} size={22} name={known.name} color="initials" />}
              <div>
                <Text size="sm">{option.label}</Text>
                {known !== undefined && (
                  <Text size="xs" c="dimmed">
                    @{known.username}
                  </Text>
                )}
              </div>
            </Group>
          );
        }}
      />
      {chosen !== null && (
        <Text size="xs" c={account === undefined ? 'orange' : 'dimmed'} mt={4}>
          {account === undefined
            ? 'No account chosen yet: see the settings of the flow.'
            : `@${account.username}${account.isSandbox ? ' · practice account' : ''}`}
        </Text>
      )}
    </FieldFrame>
  );
}

function platformOf(state: Parameters<Parameters<typeof useEditor>[0]>[0], pointer: string): string | undefined {
  const [id] = state.selection.nodes;
  const type = id === undefined ? undefined : state.document.nodes[id]?.type;
  const needs = type === undefined ? [] : (state.catalog.find(type)?.connections ?? []);
  return (needs.find((need) => `/${need.field}` === pointer) ?? needs[0])?.platform;
}
