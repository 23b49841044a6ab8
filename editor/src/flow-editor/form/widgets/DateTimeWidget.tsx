import { TextInput } from '@mantine/core';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';

/** A moment. Shown in the zone of the browser, stored as RFC 3339 in UTC. */
export function DateTimeWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  return (
    <FieldFrame {...field}>
      <TextInput
        {...input}
        type="datetime-local"
        error={input['aria-invalid']}
        value={toLocal(typeof value === 'string' ? value : '')}
        onChange={(event) => {
          const moment = new Date(event.currentTarget.value);
          onChange(Number.isNaN(moment.getTime()) ? undefined : moment.toISOString());
        }}
      />
    </FieldFrame>
  );
}

function toLocal(stored: string): string {
  const moment = new Date(stored);
  if (Number.isNaN(moment.getTime())) return '';
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}
