import { Button, Collapse, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import type { JsonObject, JsonValue } from '@heddle/schemas';
import { useState } from 'react';
import { useForm } from './form-context.ts';
import { fieldsOf, groupFields, isShown, withNewlyShown, withProperty, type FormField } from './form-schema.ts';
import { SchemaField } from './SchemaField.tsx';

interface ObjectFieldsProps {
  readonly schema: JsonObject;
  readonly pointer: string;
  readonly value: JsonObject;
  onChange(value: JsonObject): void;
  /** Properties that something else edits. */
  readonly without?: readonly string[];
}

/** The fields of an object by group; advanced ones folded away, unless something is wrong in them. */
export function ObjectFields({ schema, pointer, value, onChange, without = [] }: ObjectFieldsProps) {
  const shown = fieldsOf(schema).filter((field) => !without.includes(field.name) && isShown(field, value));
  const plain = shown.filter((field) => field.schema['x-advanced'] !== true);
  const advanced = shown.filter((field) => field.schema['x-advanced'] === true);
  const set = (field: FormField, next: JsonValue | undefined) =>
    onChange(withNewlyShown(schema, value, withProperty(value, field, next)));
  const draw = (fields: readonly FormField[]) =>
    fields.map((field) => (
      <SchemaField
        key={field.name}
        field={field}
        pointer={`${pointer}/${field.name}`}
        value={value[field.name]}
        onChange={(next) => set(field, next)}
      />
    ));
  return (
    <Stack gap="md">
      {groupFields(plain).map((group) => (
        <Stack
          key={group.title ?? ''}
          gap="sm"
          {...(group.title === null ? {} : { role: 'group', 'aria-label': group.title })}
        >
          {group.title !== null && <Text className="fe-group-title">{group.title}</Text>}
          {draw(group.fields)}
        </Stack>
      ))}
      {advanced.length > 0 && (
        <AdvancedFold pointers={advanced.map((field) => `${pointer}/${field.name}`)}>{draw(advanced)}</AdvancedFold>
      )}
    </Stack>
  );
}

function AdvancedFold({
  pointers,
  children,
}: {
  readonly pointers: readonly string[];
  readonly children: React.ReactNode;
}) {
  const { messages } = useForm();
  const hasMessage = [...messages.keys()].some((key) =>
    pointers.some((pointer) => key === pointer || key.startsWith(`${pointer}/`)),
  );
  const [isOpen, setOpen] = useState(false);
  const expanded = isOpen || hasMessage;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        px={4}
        aria-expanded={expanded}
        leftSection={expanded ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        onClick={() => setOpen(!expanded)}
      >
        More settings
      </Button>
      <Collapse expanded={expanded}>
        <Stack gap="sm" pt="xs">
          {children}
        </Stack>
      </Collapse>
    </div>
  );
}
