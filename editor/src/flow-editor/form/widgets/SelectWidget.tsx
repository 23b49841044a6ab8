import { SegmentedControl, Select } from '@mantine/core';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { optionsOf } from '../form-schema.ts';

/** One of several fixed values: side by side when they are few and short, else as a list. */
export function SelectWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const options = optionsOf(field.schema);
  const data = options.map((option, index) => ({ value: String(index), label: option.label }));
  const index = options.findIndex((option) => option.value === (value ?? field.schema['default']));
  const pick = (picked: string | null) => {
    if (picked === null) onChange(undefined);
    else onChange(options[Number(picked)]?.value);
  };
  const letters = options.reduce((sum, option) => sum + option.label.length, 0);
  if (options.length <= 3 && letters <= 32 && index >= 0) {
    return (
      <FieldFrame {...field} as="group">
        <SegmentedControl
          fullWidth
          size="sm"
          data={data}
          value={String(index)}
          disabled={input.disabled}
          onChange={pick}
          aria-label={field.label}
        />
      </FieldFrame>
    );
  }
  return (
    <FieldFrame {...field}>
      <Select
        {...input}
        error={input['aria-invalid']}
        data={data}
        value={index < 0 ? null : String(index)}
        onChange={pick}
        clearable={!field.isRequired && field.schema['default'] === undefined}
        allowDeselect={false}
        searchable={options.length > 8}
        comboboxProps={{ shadow: 'md' }}
        placeholder="Choose"
      />
    </FieldFrame>
  );
}
