import { Chip, Group } from '@mantine/core';
import { isJsonObject } from '@heddle/schemas';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { optionsOf } from '../form-schema.ts';

/** Days of the week as chips; stored in the order of the schema. */
export function WeekdaysWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const { items } = field.schema;
  const titles = field.schema['x-enum-titles'];
  const days = isJsonObject(items)
    ? optionsOf(titles === undefined ? items : { ...items, 'x-enum-titles': titles })
    : [];
  const chosen = Array.isArray(value) ? value : [];
  // People read a week from Monday on.
  const shown = [...days.filter((day) => day.value !== 'sunday'), ...days.filter((day) => day.value === 'sunday')];
  return (
    <FieldFrame {...field} as="group">
      <Group gap={6}>
        {shown.map((day) => (
          <Chip
            key={String(day.value)}
            size="xs"
            radius="sm"
            icon={null}
            classNames={{ iconWrapper: 'fe-hidden' }}
            aria-label={day.label}
            disabled={input.disabled}
            checked={chosen.includes(day.value)}
            onChange={(checked) =>
              onChange(
                days
                  .map((entry) => entry.value)
                  .filter((entry) => (entry === day.value ? checked : chosen.includes(entry))),
              )
            }
          >
            {day.label.slice(0, 3)}
          </Chip>
        ))}
      </Group>
    </FieldFrame>
  );
}
