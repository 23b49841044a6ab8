import { Select } from '@mantine/core';
import { isJsonObject } from '@heddle/schemas';
import { FieldFrame } from '../FieldFrame.tsx';
import { useForm, type WidgetProps } from '../form-context.ts';
import { branchesOf, branchOf, newValue, titleOfBranch } from '../form-schema.ts';
import { ObjectFields } from '../ObjectFields.tsx';
import { SchemaField } from '../SchemaField.tsx';

/** A union: which alternative, then its fields. */
export function OneOfWidget({ value, onChange, ...field }: WidgetProps) {
  const { isReadOnly } = useForm();
  const branches = branchesOf(field.schema);
  const branch = branchOf(branches, value);
  if (branch === undefined) return null;
  return (
    <FieldFrame {...field} as="group">
      <div className="fe-inset">
        <Select
          aria-label={`Kind of ${field.label}`}
          size="xs"
          mb="xs"
          allowDeselect={false}
          disabled={isReadOnly}
          data={branches.map((entry, index) => ({ value: String(index), label: titleOfBranch(entry) }))}
          value={String(branches.indexOf(branch))}
          onChange={(next) => {
            const chosen = branches[Number(next)];
            if (chosen !== undefined && chosen !== branch) onChange(newValue(chosen));
          }}
        />
        {isJsonObject(value) && isJsonObject(branch['properties']) ? (
          <ObjectFields schema={branch} pointer={field.pointer} value={value} onChange={onChange} />
        ) : (
          <SchemaField
            field={{ name: '', schema: { ...branch, title: titleOfBranch(branch) }, isRequired: field.isRequired }}
            pointer={field.pointer}
            value={value}
            onChange={onChange}
          />
        )}
      </div>
    </FieldFrame>
  );
}
