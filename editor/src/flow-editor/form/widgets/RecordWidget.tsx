import { ActionIcon, Button, Group, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { isJsonObject, type JsonObject } from '@heddle/schemas';
import { freeName } from '../../model/free-name.ts';
import { FieldFrame } from '../FieldFrame.tsx';
import { useForm, type WidgetProps } from '../form-context.ts';
import { newValue, typeOf } from '../form-schema.ts';
import { SchemaField } from '../SchemaField.tsx';
import { TemplateInput } from '../TemplateInput.tsx';

/** An object with names of one's own: one row per entry. */
export function RecordWidget({ value, onChange, ...field }: WidgetProps) {
  const { isReadOnly } = useForm();
  const record = isJsonObject(value) ? value : {};
  const schema = entrySchema(field.schema);
  const entries = Object.entries(record);
  const replace = (index: number, name: string, next: JsonObject[string]) =>
    onChange(Object.fromEntries(entries.map((entry, at) => (at === index ? [name, next] : entry))));
  return (
    <FieldFrame {...field} as="group">
      <Stack gap="xs">
        {entries.map(([name, entry], index) => (
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              w={110}
              aria-label="Name"
              value={name}
              disabled={isReadOnly}
              onChange={(event) => replace(index, event.currentTarget.value, entry)}
            />
            <div style={{ flex: 1, minWidth: 0 }}>
              {typeOf(schema) === 'string' || typeOf(schema) === undefined ? (
                <TemplateInput
                  id={`${field.pointer}/${index}`}
                  label={`Value of ${name}`}
                  isMultiline={false}
                  disabled={isReadOnly}
                  value={typeof entry === 'string' ? entry : JSON.stringify(entry)}
                  onChange={(next) => replace(index, name, next)}
                />
              ) : (
                <SchemaField
                  field={{ name, schema, isRequired: true }}
                  pointer={`${field.pointer}/${name}`}
                  value={entry}
                  onChange={(next) => replace(index, name, next ?? null)}
                />
              )}
            </div>
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={4}
              aria-label={`Remove ${name}`}
              disabled={isReadOnly}
              onClick={() => onChange(Object.fromEntries(entries.filter((_entry, at) => at !== index)))}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          disabled={isReadOnly}
          onClick={() =>
            onChange({ ...record, [freeName('name', (taken) => Object.hasOwn(record, taken))]: newValue(schema) })
          }
        >
          Add
        </Button>
      </Stack>
    </FieldFrame>
  );
}

function entrySchema(schema: JsonObject): JsonObject {
  if (isJsonObject(schema['additionalProperties'])) return schema['additionalProperties'];
  const [pattern] = isJsonObject(schema['patternProperties']) ? Object.values(schema['patternProperties']) : [];
  return isJsonObject(pattern) ? pattern : {};
}
