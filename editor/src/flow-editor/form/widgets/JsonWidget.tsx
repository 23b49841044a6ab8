import type { JsonValue } from '@heddle/schemas';
import { Input } from '@mantine/core';
import { useState } from 'react';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { textHint } from '../form-schema.ts';
import { TemplateInput } from '../TemplateInput.tsx';

/** Any JSON value as text. The config changes whenever the text can be read; until then the text stays as it is typed. */
export function JsonWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const stored = value === undefined ? '' : JSON.stringify(value, null, 2);
  const [draft, setDraft] = useState<{ text: string; of: string } | null>(null);
  const text = draft !== null && draft.of === stored ? draft.text : stored;
  const parsed = parse(text);
  return (
    <FieldFrame {...field}>
      <TemplateInput
        {...input}
        isCode
        isMultiline
        value={text}
        placeholder={textHint(field.schema, 'x-placeholder')}
        onChange={(next) => {
          const read = parse(next);
          const becomes = read === INVALID ? value : read;
          setDraft({ text: next, of: becomes === undefined ? '' : JSON.stringify(becomes, null, 2) });
          if (read !== INVALID) onChange(read);
        }}
      />
      {parsed === INVALID && <Input.Error mt={4}>This is not valid JSON yet.</Input.Error>}
    </FieldFrame>
  );
}

const INVALID = Symbol('invalid');

function parse(text: string): JsonValue | undefined | typeof INVALID {
  if (text.trim() === '') return undefined;
  try {
    // JSON.parse gives JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    return INVALID;
  }
}
