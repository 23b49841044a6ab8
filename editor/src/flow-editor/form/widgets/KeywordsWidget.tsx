import { TagsInput } from '@mantine/core';
import { ChoicesNote } from '../ChoicesNote.tsx';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { numberHint, textHint } from '../form-schema.ts';
import { useFieldChoices } from '../options-query.ts';

/** A list of words. Enter, comma or leaving the field adds one; a pasted list is split at line breaks and commas. */
export function KeywordsWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const words = Array.isArray(value)
    ? value.map((word) => (typeof word === 'string' ? word : JSON.stringify(word)))
    : [];
  const choices = useFieldChoices(field);
  const max = numberHint(field.schema, 'maxItems');
  const placeholder = textHint(field.schema, 'x-placeholder');
  return (
    <FieldFrame {...field}>
      <TagsInput
        {...input}
        error={input['aria-invalid']}
        value={words}
        data={choices.items.map(({ value: choice }) => choice)}
        onChange={(next) => onChange(next.map((word) => word.trim()).filter(Boolean))}
        splitChars={[',', ';', '\n']}
        acceptValueOnBlur
        {...(max === undefined ? {} : { maxTags: max })}
        placeholder={
          words.length === 0
            ? placeholder === undefined
              ? 'Type and press Enter'
              : `${placeholder}, then Enter`
            : 'Add another'
        }
      />
      <ChoicesNote choices={choices} />
    </FieldFrame>
  );
}
