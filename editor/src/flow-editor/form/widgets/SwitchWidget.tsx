import { Switch } from '@mantine/core';
import { inputId, useForm, type WidgetProps } from '../form-context.ts';
import { textHint } from '../form-schema.ts';

/** Yes or no. */
export function SwitchWidget({ schema, pointer, label, value, onChange }: WidgetProps) {
  const { formId, messages, isReadOnly } = useForm();
  const description = textHint(schema, 'description');
  const error = messages.get(pointer);
  return (
    <Switch
      id={inputId(formId, pointer)}
      label={label}
      {...(description === undefined ? {} : { description })}
      {...(error === undefined ? {} : { error })}
      disabled={isReadOnly}
      checked={value === true || (value === undefined && schema['default'] === true)}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
