import { Group, NumberInput, Select } from '@mantine/core';
import { isJsonObject } from '@heddle/schemas';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import { inputId, useForm, type WidgetProps } from '../form-context.ts';
import { optionsOf } from '../form-schema.ts';

/** An amount of time: `{ amount, unit }`. */
export function DurationWidget({ value, onChange, ...field }: WidgetProps) {
  const { formId, messages } = useForm();
  const input = useFieldInput(field.pointer, field.schema);
  const stored = isJsonObject(value) ? value : isJsonObject(field.schema['default']) ? field.schema['default'] : {};
  const properties = isJsonObject(field.schema['properties']) ? field.schema['properties'] : {};
  const units = isJsonObject(properties['unit']) ? optionsOf(properties['unit']) : [];
  const unit = typeof stored['unit'] === 'string' ? stored['unit'] : 'minutes';
  const amountId = inputId(formId, `${field.pointer}/amount`);
  const amountError = messages.get(`${field.pointer}/amount`);
  return (
    <FieldFrame {...field} as="group">
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <NumberInput
          id={amountId}
          aria-label={`${field.label}: amount`}
          error={amountError ?? input['aria-invalid']}
          disabled={input.disabled}
          value={typeof stored['amount'] === 'number' ? stored['amount'] : ''}
          min={0}
          clampBehavior="none"
          onChange={(amount) => onChange({ ...stored, amount: typeof amount === 'number' ? amount : 0, unit })}
          flex={1}
        />
        <Select
          aria-label={`${field.label}: unit`}
          disabled={input.disabled}
          data={units.map((option) => ({ value: String(option.value), label: option.label }))}
          value={unit}
          allowDeselect={false}
          onChange={(next) => onChange({ amount: 0, ...stored, unit: next ?? unit })}
          w={130}
        />
      </Group>
    </FieldFrame>
  );
}
