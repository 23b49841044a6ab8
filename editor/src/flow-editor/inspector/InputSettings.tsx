import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  NumberInput,
  Popover,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { IconPlus, IconSettings, IconTrash } from '@tabler/icons-react';
import type { FlowInput, JsonValue } from '@heddle/schemas';
import { freeName } from '../model/free-name.ts';
import { useEditor, useEditorStore } from '../store/editor-context.ts';
import { useFlowSession } from '../sync/flow-session-context.ts';

const TYPES = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'url', label: 'Web address' },
] as const;

/** Values that a flow asks its owner for: filled in here, read in texts as `inputs.<name>`. */
export function InputSettings() {
  const store = useEditorStore();
  const inputs = useEditor((state) => state.document.inputs);
  const isReadOnly = useEditor((state) => state.isReadOnly);
  const add = () => {
    const name = freeName('input1', (taken) => Object.hasOwn(inputs ?? {}, taken));
    store
      .getState()
      .change([{ kind: 'setInput', name, input: { type: 'text', label: 'New input' } }], { label: 'Add an input' });
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text className="fe-group-title">Inputs</Text>
        {!isReadOnly && (
          <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={13} />} onClick={add}>
            Add
          </Button>
        )}
      </Group>
      {inputs === undefined && (
        <Text size="xs" c="dimmed">
          Values to set once and use in many texts, such as a price or a link.
        </Text>
      )}
      {Object.entries(inputs ?? {}).map(([name, input]) => (
        <InputRow key={name} name={name} input={input} isReadOnly={isReadOnly} />
      ))}
    </Stack>
  );
}

interface InputRowProps {
  readonly name: string;
  readonly input: FlowInput;
  readonly isReadOnly: boolean;
}

function InputRow({ name, input, isReadOnly }: InputRowProps) {
  const store = useEditorStore();
  const session = useFlowSession();
  const given = useEditor((state) => state.bindings.inputs[name]);
  const value = given ?? input.default;
  const set = (next: FlowInput | null) =>
    store.getState().change([{ kind: 'setInput', name, input: next }], {
      label: next === null ? 'Remove an input' : 'Change an input',
      mergeKey: `input ${name}`,
    });
  return (
    <Group gap={4} wrap="nowrap" align="flex-end" data-input={name}>
      <div style={{ flex: 1, minWidth: 0 }}>
        <ValueInput
          label={input.label}
          type={input.type}
          isRequired={input.required === true}
          value={value}
          isDisabled={isReadOnly}
          onChange={(next) => session.bindInput(name, next)}
          description={input.description}
        />
      </div>
      {!isReadOnly && (
        <Popover position="left-start" width={260} shadow="md" trapFocus withinPortal>
          <Popover.Target>
            <Tooltip label="What this input is">
              <ActionIcon variant="subtle" color="gray" size={34} aria-label={`Settings of the input ${input.label}`}>
                <IconSettings size={16} />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown>
            <Stack gap="xs">
              <TextInput
                size="xs"
                label="Question"
                maxLength={120}
                value={input.label}
                onChange={(event) =>
                  event.currentTarget.value !== '' && set({ ...input, label: event.currentTarget.value })
                }
              />
              <Select
                size="xs"
                label="Kind"
                allowDeselect={false}
                data={[...TYPES]}
                value={input.type}
                onChange={(type) => {
                  const chosen = TYPES.find((entry) => entry.value === type)?.value;
                  if (chosen !== undefined) set({ ...input, type: chosen });
                }}
              />
              <TextInput
                size="xs"
                label="Help"
                maxLength={500}
                value={input.description ?? ''}
                onChange={(event) => {
                  const { description: _old, ...rest } = input;
                  set(event.currentTarget.value === '' ? rest : { ...rest, description: event.currentTarget.value });
                }}
              />
              <Checkbox
                size="xs"
                label="Must be filled in"
                checked={input.required === true}
                onChange={(event) => set({ ...input, required: event.currentTarget.checked })}
              />
              <Text size="xs" c="dimmed">
                In texts: <code>{`{{ inputs.${name} }}`}</code>
              </Text>
              <Button
                size="compact-xs"
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={13} />}
                onClick={() => set(null)}
              >
                Remove
              </Button>
            </Stack>
          </Popover.Dropdown>
        </Popover>
      )}
    </Group>
  );
}

interface ValueInputProps {
  readonly label: string;
  readonly type: FlowInput['type'];
  readonly isRequired: boolean;
  readonly value: JsonValue | undefined;
  readonly isDisabled: boolean;
  readonly description: string | undefined;
  onChange(value: JsonValue): void;
}

function ValueInput({ label, type, isRequired, value, isDisabled, description, onChange }: ValueInputProps) {
  const common = { label, disabled: isDisabled, ...(description === undefined ? {} : { description }) };
  if (type === 'boolean')
    return <Switch {...common} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  if (type === 'number')
    return (
      <NumberInput
        {...common}
        withAsterisk={isRequired}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => typeof next === 'number' && onChange(next)}
      />
    );
  return (
    <TextInput
      {...common}
      withAsterisk={isRequired}
      value={typeof value === 'string' ? value : ''}
      placeholder={type === 'url' ? 'https://…' : ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
