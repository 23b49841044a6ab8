import { isJsonObject } from '@heddle/schemas';
import { FieldFrame } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { newValue } from '../form-schema.ts';
import { ObjectFields } from '../ObjectFields.tsx';

/** An object: its fields, set in a little. */
export function GroupWidget({ value, onChange, ...field }: WidgetProps) {
  const fresh = newValue(field.schema);
  const object = isJsonObject(value) ? value : isJsonObject(fresh) ? fresh : {};
  return (
    <FieldFrame {...field} as="group">
      <div className="fe-inset">
        <ObjectFields schema={field.schema} pointer={field.pointer} value={object} onChange={onChange} />
      </div>
    </FieldFrame>
  );
}
