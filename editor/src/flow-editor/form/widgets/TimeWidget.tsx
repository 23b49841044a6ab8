import { TextInput } from '@mantine/core';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';

/** A time of day, `HH:MM`. */
export function TimeWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  return (
    <FieldFrame {...field}>
      <TextInput
        {...input}
        type="time"
        error={input['aria-invalid']}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value)}
        w={140}
      />
    </FieldFrame>
  );
}
