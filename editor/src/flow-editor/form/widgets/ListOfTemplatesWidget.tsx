import { isJsonObject } from '@heddle/schemas';
import { Input } from '@mantine/core';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import { useForm, type WidgetProps } from '../form-context.ts';
import { numberHint, textHint, titleOf } from '../form-schema.ts';
import { ItemList } from '../ItemList.tsx';
import { TemplateInput } from '../TemplateInput.tsx';

/** Several texts with fields in them, such as variations of one reply. */
export function ListOfTemplatesWidget({ value, onChange, ...field }: WidgetProps) {
  const texts = Array.isArray(value) ? value : [];
  const schema = isJsonObject(field.schema['items']) ? field.schema['items'] : {};
  const singular = titleOf(schema, 'Text');
  return (
    <FieldFrame {...field} as="group">
      <ItemList
        isPlain
        items={texts}
        onChange={onChange}
        min={numberHint(field.schema, 'minItems') ?? 0}
        max={numberHint(field.schema, 'maxItems') ?? 50}
        nameOf={(_text, index) => `${singular.toLowerCase()} ${index + 1}`}
        addLabel={`Add ${singular.toLowerCase()}`}
        add={[{ label: singular, make: () => '' }]}
        draw={(text, index, set) => (
          <Row
            schema={schema}
            pointer={`${field.pointer}/${index}`}
            label={`${singular} ${index + 1}`}
            text={typeof text === 'string' ? text : JSON.stringify(text)}
            set={set}
          />
        )}
      />
    </FieldFrame>
  );
}

function Row({
  schema,
  pointer,
  label,
  text,
  set,
}: Pick<WidgetProps, 'schema' | 'pointer' | 'label'> & { readonly text: string; set(text: string): void }) {
  const { messages } = useForm();
  const { 'aria-describedby': _description, ...input } = useFieldInput(pointer, schema);
  const error = messages.get(pointer);
  return (
    <>
      <TemplateInput
        {...input}
        label={label}
        isMultiline
        value={text}
        onChange={set}
        placeholder={textHint(schema, 'x-placeholder')}
      />
      {error !== undefined && <Input.Error mt={4}>{error}</Input.Error>}
    </>
  );
}
