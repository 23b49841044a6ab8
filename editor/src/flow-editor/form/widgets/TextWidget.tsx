import { TextInput } from '@mantine/core';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { textHint } from '../form-schema.ts';
import { TemplateInput } from '../TemplateInput.tsx';
import { LengthCounter } from './TemplateWidget.tsx';

/** A line of plain text: names, patterns and the like, where fields make no sense. */
export function TextWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const text = typeof value === 'string' ? value : '';
  return (
    <FieldFrame {...field} aside={<LengthCounter text={text} schema={field.schema} />}>
      <TextInput
        {...input}
        error={input['aria-invalid']}
        value={text}
        placeholder={textHint(field.schema, 'x-placeholder') ?? ''}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
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
