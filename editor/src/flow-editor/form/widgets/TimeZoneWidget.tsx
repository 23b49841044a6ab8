import { Button, Select } from '@mantine/core';
import { FieldFrame, useFieldInput } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';

const ZONES: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])];
const OWN = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An IANA time zone, with the zone of the browser one click away. */
export function TimeZoneWidget({ value, onChange, ...field }: WidgetProps) {
  const input = useFieldInput(field.pointer, field.schema);
  const zone = typeof value === 'string' ? value : null;
  const data = zone === null || ZONES.includes(zone) ? [...ZONES] : [zone, ...ZONES];
  return (
    <FieldFrame
      {...field}
      aside={
        zone === OWN || input.disabled ? null : (
          <Button variant="subtle" size="compact-xs" onClick={() => onChange(OWN)}>
            Use {OWN}
          </Button>
        )
      }
    >
      <Select
        {...input}
        error={input['aria-invalid']}
        data={data}
        value={zone}
        searchable
        allowDeselect={false}
        limit={80}
        onChange={(next) => onChange(next ?? undefined)}
        nothingFoundMessage="No such zone"
      />
    </FieldFrame>
  );
}
