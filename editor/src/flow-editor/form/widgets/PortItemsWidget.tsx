import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { freeName } from '../../model/free-name.ts';
import { FieldFrame } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { newValue, numberHint } from '../form-schema.ts';
import { ItemList } from '../ItemList.tsx';
import { ObjectFields } from '../ObjectFields.tsx';
import { singularOf } from './ListWidget.tsx';

/**
 * Items that have an exit each: choices, cases, variants. A new item gets an id that no other has and that stays when its label changes,
 * so that the connection of its exit stays too.
 */
export function PortItemsWidget({ value, onChange, ...field }: WidgetProps) {
  const items = Array.isArray(value) ? value : [];
  const schema = isJsonObject(field.schema['items']) ? field.schema['items'] : {};
  const singular = singularOf(field.label);
  return (
    <FieldFrame {...field} as="group">
      <ItemList
        items={items}
        onChange={onChange}
        min={numberHint(field.schema, 'minItems') ?? 0}
        max={numberHint(field.schema, 'maxItems') ?? 20}
        nameOf={(item, index) => labelOf(item) ?? `${singular} ${index + 1}`}
        copy={(item) => withFreshId(items, isJsonObject(item) ? item : {}, singular)}
        addLabel={`Add ${singular.toLowerCase()}`}
        add={[{ label: singular, make: () => newItem(items, schema, singular) }]}
        draw={(item, index, set) => (
          <ObjectFields
            schema={schema}
            pointer={`${field.pointer}/${index}`}
            value={isJsonObject(item) ? item : {}}
            onChange={set}
          />
        )}
      />
    </FieldFrame>
  );
}

function labelOf(item: JsonValue): string | undefined {
  return isJsonObject(item) && typeof item['label'] === 'string' && item['label'] !== '' ? item['label'] : undefined;
}

/** A new item with a free id and a label that counts on. */
export function newItem(items: readonly JsonValue[], schema: JsonObject, singular: string): JsonObject {
  const fresh = newValue(schema);
  const item = withFreshId(items, isJsonObject(fresh) ? fresh : {}, singular);
  return item['label'] === '' ? { ...item, label: `${singular} ${items.length + 1}` } : item;
}

function withFreshId(items: readonly JsonValue[], item: JsonObject, singular: string): JsonObject {
  const taken = new Set(items.map((entry) => (isJsonObject(entry) ? entry['id'] : undefined)));
  const stem = singular.toLowerCase().replaceAll(/[^a-z0-9]/gu, '') || 'item';
  return { ...structuredClone(item), id: freeName(`${stem}${items.length + 1}`, (id) => taken.has(id)) };
}
