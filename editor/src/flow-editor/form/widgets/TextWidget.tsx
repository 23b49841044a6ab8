import { Autocomplete, TextInput } from '@mantine/core';
import { ChoicesNote } from '../ChoicesNote.tsx';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { textHint } from '../form-schema.ts';
import { useFieldChoices } from '../options-query.ts';
import { TemplateInput } from '../TemplateInput.tsx';
import { LengthCounter } from './TemplateWidget.tsx';

/** A line of plain text: names, patterns and the like, where fields make no sense. */
export function TextWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const choices = useFieldChoices(field);
  const text = typeof value === 'string' ? value : '';
  const placeholder = textHint(field.schema, 'x-placeholder') ?? '';
  return (
    <FieldFrame {...field} aside={<LengthCounter text={text} schema={field.schema} />}>
      {field.schema['x-options'] === true ? (
        <Autocomplete
          {...input}
          error={input['aria-invalid']}
          value={text}
          placeholder={placeholder}
          data={choices.items.map(({ value: choice }) => choice)}
          onChange={onChange}
        />
      ) : (
        <TextInput
          {...input}
          error={input['aria-invalid']}
          value={text}
          placeholder={placeholder}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
      <ChoicesNote choices={choices} />
    </FieldFrame>
  );
}

/** Several lines in a fixed-width font, with fields. */
export function CodeWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  return (
    <FieldFrame {...field}>
      <TemplateInput
        {...input}
        isCode
        isMultiline
        value={typeof value === 'string' ? value : ''}
        onChange={onChange}
        placeholder={textHint(field.schema, 'x-placeholder')}
      />
    </FieldFrame>
  );
}
