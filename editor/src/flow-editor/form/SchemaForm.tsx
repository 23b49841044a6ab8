import type { JsonObject } from '@heddle/schemas';
import { useId, useMemo } from 'react';
import type { FieldGroup } from '../model/available-fields.ts';
import { FormContext, type FormScope } from './form-context.ts';
import { ObjectFields } from './ObjectFields.tsx';
import { WIDGET_COMPONENTS } from './widget-components.ts';

export interface SchemaFormProps {
  /** Schema of an object. */
  readonly schema: JsonObject;
  readonly value: JsonObject;
  onChange(value: JsonObject): void;
  /** Values that templates may read. */
  readonly fields: readonly FieldGroup[];
  /** What is wrong, by JSON pointer into `value`. */
  readonly messages: ReadonlyMap<string, string>;
  readonly isReadOnly: boolean;
  readonly node?: FormScope['node'];
}

/** A form for an object, drawn from its JSON Schema and the hints in it. */
export function SchemaForm({ schema, value, onChange, fields, messages, isReadOnly, node }: SchemaFormProps) {
  const formId = useId();
  const scope = useMemo<FormScope>(
    () => ({ formId, fields, messages, isReadOnly, root: value, widgets: WIDGET_COMPONENTS, node }),
    [formId, fields, messages, isReadOnly, value, node],
  );
  return (
    <FormContext value={scope}>
      <ObjectFields schema={schema} pointer="" value={value} onChange={onChange} />
    </FormContext>
  );
}
