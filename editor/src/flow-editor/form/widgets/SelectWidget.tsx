import { SegmentedControl, Select } from '@mantine/core';
import { ChoicesNote } from '../ChoicesNote.tsx';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { optionsOf } from '../form-schema.ts';
import { useFieldChoices } from '../options-query.ts';

/** One of several values, fixed or known to the plugin only. */
export function SelectWidget(props: WidgetProps) {
  return props.schema['x-options'] === true ? <ListedChoice {...props} /> : <FixedChoice {...props} />;
}

/** Choices that the plugin lists, such as the lists of a newsletter service. A value that is not among them (any more) stays. */
function ListedChoice({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const choices = useFieldChoices(field);
  const chosen = typeof value === 'string' && value !== '' ? value : null;
  const isListed = chosen === null || choices.items.some((item) => item.value === chosen);
  return (
    <FieldFrame {...field}>
      <Select
        {...input}
        error={input['aria-invalid']}
        data={isListed || chosen === null ? [...choices.items] : [{ value: chosen, label: chosen }, ...choices.items]}
        value={chosen}
        onChange={(picked) => onChange(picked ?? undefined)}
        clearable={!field.isRequired}
        allowDeselect={false}
        searchable
        nothingFoundMessage={choices.isLoading ? 'Loading …' : 'Nothing found'}
        comboboxProps={{ shadow: 'md' }}
        placeholder="Choose"
      />
      <ChoicesNote choices={choices} />
    </FieldFrame>
  );
}

/** Side by side when they are few and short, else as a list. */
function FixedChoice({ value, onChange, ...field }: WidgetProps) {
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
