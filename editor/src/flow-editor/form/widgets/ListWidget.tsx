import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { FieldFrame } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { branchesOf, branchOf, newValue, numberHint, titleOf, titleOfBranch } from '../form-schema.ts';
import { ItemList } from '../ItemList.tsx';
import { ObjectFields } from '../ObjectFields.tsx';
import { SchemaField } from '../SchemaField.tsx';

/** Any array: one item after the other, each drawn from the schema of the items. */
export function ListWidget({ value, onChange, ...field }: WidgetProps) {
  const items = Array.isArray(value) ? value : [];
  const schema = isJsonObject(field.schema['items']) ? field.schema['items'] : {};
  const branches = branchesOf(schema);
  const singular = titleOf(schema, singularOf(field.label));
  return (
    <FieldFrame {...field} as="group">
      <ItemList
        items={items}
        onChange={onChange}
        min={numberHint(field.schema, 'minItems') ?? 0}
        max={numberHint(field.schema, 'maxItems') ?? 1000}
        nameOf={(item, index) =>
          `${branches.length > 0 ? titleOfBranch(branchOf(branches, item) ?? {}) : singular} ${index + 1}`
        }
        copy={(item) => structuredClone(item)}
        addLabel={`Add ${singular.toLowerCase()}`}
        add={
          branches.length === 0
            ? [{ label: singular, make: () => newValue(schema) }]
            : branches.map((branch) => ({ label: titleOfBranch(branch), make: () => newValue(branch) }))
        }
        draw={(item, index, set) => (
          <Item
            schema={branchOf(branches, item) ?? schema}
            pointer={`${field.pointer}/${index}`}
            item={item}
            set={set}
            label={`${singular} ${index + 1}`}
          />
        )}
      />
    </FieldFrame>
  );
}

interface ItemProps {
  readonly schema: JsonObject;
  readonly pointer: string;
  readonly item: JsonValue;
  readonly label: string;
  set(item: JsonValue): void;
}

function Item({ schema, pointer, item, label, set }: ItemProps) {
  if (isJsonObject(item) && isJsonObject(schema['properties']))
    return <ObjectFields schema={schema} pointer={pointer} value={item} onChange={set} />;
  return (
    <SchemaField
      field={{ name: label, schema, isRequired: true }}
      pointer={pointer}
      value={item}
      onChange={(next) => set(next ?? null)}
    />
  );
}

/** `Headers` gives `Header`; words without a plural stay. */
export function singularOf(title: string): string {
  if (title.endsWith('ies')) return title.replace(/ies$/u, 'y');
  return /[^s]s$/u.test(title) ? title.slice(0, -1) : title;
}
