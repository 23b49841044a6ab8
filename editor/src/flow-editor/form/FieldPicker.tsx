import { Popover, ScrollArea, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useRef, useState, type ReactNode } from 'react';
import { searchFields, type AvailableField, type FieldGroup } from '../model/available-fields.ts';

interface FieldPickerProps {
  readonly groups: readonly FieldGroup[];
  onPick(field: AvailableField): void;
  /** The element that opens the list. */
  target(toggle: () => void): ReactNode;
}

/** A searchable list of the values that can be read here; arrows and Enter work. */
export function FieldPicker({ groups, onPick, target }: FieldPickerProps) {
  const [isOpen, setOpen] = useState(false);
  const pick = (field: AvailableField) => {
    setOpen(false);
    onPick(field);
  };
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      width={320}
      shadow="lg"
      radius="md"
      trapFocus
      withinPortal
    >
      <Popover.Target>{target(() => setOpen((open) => !open))}</Popover.Target>
      <Popover.Dropdown p={0} className="fe-picker">
        <FieldList groups={groups} onPick={pick} />
      </Popover.Dropdown>
    </Popover>
  );
}

function FieldList({
  groups,
  onPick,
}: {
  readonly groups: readonly FieldGroup[];
  onPick(field: AvailableField): void;
}) {
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = searchFields(groups, search);
  const flat = found.flatMap((group) => group.fields);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(flat.length - 1, to));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <TextInput
        data-autofocus
        variant="unstyled"
        className="fe-picker-search"
        placeholder="Search fields"
        aria-label="Search fields"
        leftSection={<IconSearch size={15} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(active + 1);
          else if (event.key === 'ArrowUp') move(active - 1);
          else if (event.key === 'Enter' && flat[active] !== undefined) onPick(flat[active]);
          else return;
          event.preventDefault();
        }}
      />
      <ScrollArea.Autosize mah={320} type="auto" viewportRef={list}>
        <div className="fe-picker-list" role="listbox" aria-label="Fields">
          {found.map((group) => (
            <div key={group.key} role="group" aria-label={group.title}>
              <Text className="fe-group-title" px={12} pt={10} pb={4}>
                {group.title}
              </Text>
              {group.fields.map((field) => {
                const index = flat.indexOf(field);
                return (
                  <button
                    key={field.path}
                    type="button"
                    role="option"
                    aria-selected={index === active}
                    data-index={index}
                    className="fe-picker-item"
                    onClick={() => onPick(field)}
                    onPointerMove={() => setActive(index)}
                  >
                    <span>{field.title}</span>
                    <code>{field.path}</code>
                  </button>
                );
              })}
            </div>
          ))}
          {flat.length === 0 && (
            <Text size="sm" c="dimmed" p="md">
              Nothing has that name here. Fields of nodes that come before this one appear once they are connected.
            </Text>
          )}
        </div>
      </ScrollArea.Autosize>
    </>
  );
}
