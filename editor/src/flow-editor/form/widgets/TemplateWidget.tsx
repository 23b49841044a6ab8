import { Text } from '@mantine/core';
import { utf8Bytes } from '../../model/template-text.ts';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { numberHint, textHint } from '../form-schema.ts';
import { TemplateInput } from '../TemplateInput.tsx';

/** One line of text with fields in it. */
export function TemplateWidget(props: WidgetProps) {
  return <Template {...props} isMultiline={false} />;
}

/** Several lines of text with fields in it, with a live count of what the platform allows. */
export function TemplateAreaWidget(props: WidgetProps) {
  return <Template {...props} isMultiline />;
}

function Template({ value, onChange, isMultiline, ...field }: WidgetProps & { readonly isMultiline: boolean }) {
  const input = useFieldInput(field.pointer, field.schema);
  const text = toText(value);
  return (
    <FieldFrame {...field} aside={<LengthCounter text={text} schema={field.schema} />}>
      <TemplateInput
        {...input}
        value={text}
        onChange={onChange}
        isMultiline={isMultiline}
        placeholder={textHint(field.schema, 'x-placeholder')}
      />
    </FieldFrame>
  );
}

/** A config may hold another value where the form offers text; it is shown as JSON and becomes text when it is edited. */
function toText(value: WidgetProps['value']): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** "412 of 1,000 bytes" beside the label; red beyond the limit. Characters where the limit counts characters. */
export function LengthCounter({ text, schema }: { readonly text: string; readonly schema: WidgetProps['schema'] }) {
  const maxBytes = numberHint(schema, 'x-max-bytes');
  const maxLength = numberHint(schema, 'maxLength');
  const limit = maxBytes ?? maxLength;
  if (limit === undefined || limit > 2500) return null;
  const used = maxBytes === undefined ? [...text].length : utf8Bytes(text);
  // A short limit is shown when it comes near; a message shows it from the start.
  if (maxBytes === undefined && used < limit * 0.6) return null;
  return (
    <Text component="span" size="xs" className="tabular" c={used > limit ? 'red' : 'dimmed'}>
      {used.toLocaleString('en')} / {limit.toLocaleString('en')}
      {maxBytes === undefined ? '' : ' bytes'}
    </Text>
  );
}
