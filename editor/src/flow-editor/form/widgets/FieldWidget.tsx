import { ActionIcon, Autocomplete, Tooltip, type OptionsFilter } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { titleOfPath, type FieldGroup } from '../../model/available-fields.ts';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import { useForm, type WidgetProps } from '../form-context.ts';
import { FieldPicker } from '../FieldPicker.tsx';

/** The path of one value, such as `contact.fields.city`: picked from the list or typed. */
export function FieldWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  return (
    <FieldFrame {...field}>
      <FieldPathInput {...input} value={typeof value === 'string' ? value : ''} onChange={onChange} />
    </FieldFrame>
  );
}

interface FieldPathInputProps {
  readonly id: string;
  readonly value: string;
  onChange(path: string): void;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly 'aria-invalid'?: boolean;
}

/** The input alone, for rows that have no label of their own. */
export function FieldPathInput({ value, onChange, label, ...input }: FieldPathInputProps) {
  const { fields } = useForm();
  const title = titleOfPath(fields, value);
  return (
    <Autocomplete
      {...input}
      error={input['aria-invalid'] === true}
      {...(label === undefined ? {} : { 'aria-label': label })}
      value={value}
      onChange={onChange}
      placeholder="contact.firstName"
      data={fields
        .filter((group) => group.fields.length > 0)
        .map((group) => ({ group: group.title, items: group.fields.map((entry) => entry.path) }))}
      renderOption={({ option }) => (
        <span className="fe-path-option">
          {titleOfPath(fields, option.value)} <code>{option.value}</code>
        </span>
      )}
      filter={filterOf(fields)}
      limit={60}
      comboboxProps={{ width: 300, position: 'bottom-start', shadow: 'md' }}
      title={title}
      rightSection={
        <FieldPicker
          groups={fields}
          onPick={(picked) => onChange(picked.path)}
          target={(open) => (
            <Tooltip label="Pick a field">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                disabled={input.disabled === true}
                aria-label="Pick a field"
                onClick={open}
              >
                <IconBraces size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        />
      }
    />
  );
}

/** Paths by their title too, which the built-in filter does not know. */
function filterOf(fields: readonly FieldGroup[]): OptionsFilter {
  return ({ options, search }) => {
    const wanted = search.trim().toLowerCase();
    const fits = (path: string) => `${path} ${titleOfPath(fields, path)}`.toLowerCase().includes(wanted);
    const found: typeof options = [];
    for (const option of options) {
      if (!('group' in option)) {
        if (fits(option.value)) found.push(option);
        continue;
      }
      const items = option.items.filter((item) => fits(item.value));
      if (items.length > 0) found.push({ ...option, items });
    }
    return found;
  };
}
