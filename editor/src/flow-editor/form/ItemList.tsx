import { ActionIcon, Button, Group, Menu, Stack, Text, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import type { JsonValue } from '@heddle/schemas';
import type { ReactNode } from 'react';
import { useForm } from './form-context.ts';

/** A kind of item that can be added. */
export interface AddChoice {
  readonly label: string;
  readonly icon?: ReactNode;
  make(): JsonValue;
}

interface ItemListProps {
  readonly items: readonly JsonValue[];
  onChange(items: JsonValue[]): void;
  /** Name of an item, for its head and for the buttons. */
  nameOf(item: JsonValue, index: number): string;
  draw(item: JsonValue, index: number, set: (item: JsonValue) => void): ReactNode;
  readonly add: readonly AddChoice[];
  readonly addLabel: string;
  readonly min: number;
  readonly max: number;
  /** Without a head when the items are single inputs. */
  readonly isPlain?: boolean;
  /** Makes the copy of an item; without it items cannot be duplicated. */
  copy?(item: JsonValue): JsonValue;
}

/** Items of an array: added, removed, copied and moved by buttons that also the keyboard reaches. */
export function ItemList({
  items,
  onChange,
  nameOf,
  draw,
  add,
  addLabel,
  min,
  max,
  isPlain = false,
  copy,
}: ItemListProps) {
  const { isReadOnly } = useForm();
  const set = (index: number, item: JsonValue) => onChange(items.map((entry, at) => (at === index ? item : entry)));
  const remove = (index: number) => onChange(items.filter((_entry, at) => at !== index));
  const move = (index: number, to: number) => {
    const next = [...items];
    const [taken] = next.splice(index, 1);
    if (taken !== undefined) next.splice(to, 0, taken);
    onChange(next);
  };
  const canAdd = items.length < max && !isReadOnly;
  return (
    <Stack gap="xs">
      {items.map((item, index) => {
        const name = nameOf(item, index);
        const tools = !isReadOnly && (
          <Group gap={0} wrap="nowrap" className="fe-item-tools">
            {items.length > 1 && (
              <>
                <Tool
                  label={`Move ${name} up`}
                  isDisabled={index === 0}
                  onClick={() => move(index, index - 1)}
                  icon={<IconChevronUp size={14} />}
                />
                <Tool
                  label={`Move ${name} down`}
                  isDisabled={index === items.length - 1}
                  onClick={() => move(index, index + 1)}
                  icon={<IconChevronDown size={14} />}
                />
              </>
            )}
            {copy !== undefined && (
              <Tool
                label={`Duplicate ${name}`}
                isDisabled={!canAdd}
                onClick={() => onChange([...items.slice(0, index + 1), copy(item), ...items.slice(index + 1)])}
                icon={<IconCopy size={14} />}
              />
            )}
            <Tool
              label={`Remove ${name}`}
              isDisabled={items.length <= min}
              onClick={() => remove(index)}
              icon={<IconTrash size={14} />}
            />
          </Group>
        );
        if (isPlain) {
          return (
            <Group key={index} gap={2} wrap="nowrap" align="flex-start" className="fe-item-plain">
              <div style={{ flex: 1, minWidth: 0 }}>{draw(item, index, (next) => set(index, next))}</div>
              {tools}
            </Group>
          );
        }
        return (
          <div key={index} className="fe-item" role="group" aria-label={name}>
            <div className="fe-item-head">
              <Text size="xs" fw={600} truncate>
                {name}
              </Text>
              {tools}
            </div>
            <div className="fe-item-body">{draw(item, index, (next) => set(index, next))}</div>
          </div>
        );
      })}
      {canAdd && <AddButton choices={add} label={addLabel} onAdd={(item) => onChange([...items, item])} />}
    </Stack>
  );
}

function Tool({
  label,
  icon,
  isDisabled,
  onClick,
}: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly isDisabled: boolean;
  onClick(): void;
}) {
  return (
    <Tooltip label={label} disabled={isDisabled}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={isDisabled} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function AddButton({
  choices,
  label,
  onAdd,
}: {
  readonly choices: readonly AddChoice[];
  readonly label: string;
  onAdd(item: JsonValue): void;
}) {
  const [only, ...others] = choices;
  if (only === undefined) return null;
  const button = (
    <Button
      variant="default"
      size="xs"
      leftSection={<IconPlus size={14} />}
      className="fe-item-add"
      {...(others.length === 0 ? { onClick: () => onAdd(only.make()) } : {})}
    >
      {label}
    </Button>
  );
  if (others.length === 0) return button;
  return (
    <Menu position="bottom-start" width={220}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        {choices.map((choice) => (
          <Menu.Item key={choice.label} leftSection={choice.icon} onClick={() => onAdd(choice.make())}>
            {choice.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
