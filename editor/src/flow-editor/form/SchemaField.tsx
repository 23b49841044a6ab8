import type { JsonValue } from '@heddle/schemas';
import { widgetOf, titleOf, type FormField } from './form-schema.ts';
import { useForm } from './form-context.ts';

interface SchemaFieldProps {
  readonly field: FormField;
  readonly pointer: string;
  readonly value: JsonValue | undefined;
  onChange(value: JsonValue | undefined): void;
}

/** One field, drawn by the widget that its schema asks for. */
export function SchemaField({ field, pointer, value, onChange }: SchemaFieldProps) {
  // By the context and not by import: widgets draw fields themselves.
  const Widget = useForm().widgets[widgetOf(field.schema)];
  return (
    <Widget
      schema={field.schema}
      pointer={pointer}
      label={titleOf(field.schema, field.name)}
      isRequired={field.isRequired}
      value={value}
      onChange={onChange}
    />
  );
}
