import { ActionIcon, NumberInput, Tooltip } from '@mantine/core';
import { IconBraces, IconNumbers } from '@tabler/icons-react';
import { isJsonObject } from '@heddle/schemas';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import { useForm, type WidgetProps } from '../form-context.ts';
import { numberHint, textHint, typeOf } from '../form-schema.ts';
import { FieldPicker } from '../FieldPicker.tsx';
import { TemplateInput } from '../TemplateInput.tsx';

/** A number, or a field that holds one: `{ "$": "trigger.amount" }`. */
export function NumberWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const { fields } = useForm();
  const expression = isJsonObject(value) && typeof value['$'] === 'string' ? value['$'] : undefined;
  const fallback = numberHint(field.schema, 'default') ?? numberHint(field.schema, 'minimum') ?? 0;
  const toggle =
    expression === undefined ? (
      <FieldPicker
        groups={fields}
        onPick={(picked) => onChange({ $: picked.path })}
        target={(open) => (
          <Tooltip label="Take the number from a field">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="xs"
              disabled={input.disabled}
              aria-label={`Take "${field.label}" from a field`}
              onClick={open}
            >
              <IconBraces size={13} />
            </ActionIcon>
          </Tooltip>
        )}
      />
    ) : (
      <Tooltip label="Enter a number instead">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="xs"
          disabled={input.disabled}
          aria-label={`Enter a number for "${field.label}"`}
          onClick={() => onChange(fallback)}
        >
          <IconNumbers size={13} />
        </ActionIcon>
      </Tooltip>
    );
  return (
    <FieldFrame {...field} aside={toggle}>
      {expression === undefined ? (
        <NumberInput
          {...input}
          error={input['aria-invalid']}
          value={typeof value === 'number' ? value : ''}
          placeholder={textHint(field.schema, 'x-placeholder') ?? ''}
          allowDecimal={typeOf(field.schema) !== 'integer'}
          {...limitsOf(field.schema)}
          clampBehavior="none"
          onChange={(next) => {
            if (typeof next === 'number') onChange(next);
            else if (next === '') onChange(field.isRequired ? fallback : undefined);
          }}
        />
      ) : (
        <TemplateInput
          {...input}
          isMultiline={false}
          isCode
          value={expression}
          onChange={(next) => onChange({ $: next })}
        />
      )}
    </FieldFrame>
  );
}

function limitsOf(schema: WidgetProps['schema']): { min?: number; max?: number } {
  const min = numberHint(schema, 'minimum');
  const max = numberHint(schema, 'maximum');
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}
