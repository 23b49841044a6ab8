import { isJsonObject } from '@heddle/schemas';
import { FieldFrame } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { newValue, numberHint } from '../form-schema.ts';
import { ItemList } from '../ItemList.tsx';
import { ObjectFields } from '../ObjectFields.tsx';

/** Cards of a carousel, named by their titles. */
export function CardsWidget({ value, onChange, ...field }: WidgetProps) {
  const cards = Array.isArray(value) ? value : [];
  const schema = isJsonObject(field.schema['items']) ? field.schema['items'] : {};
  return (
    <FieldFrame {...field} as="group">
      <ItemList
        items={cards}
        onChange={onChange}
        min={numberHint(field.schema, 'minItems') ?? 0}
        max={numberHint(field.schema, 'maxItems') ?? 10}
        nameOf={(card, index) =>
          `Card ${index + 1}${isJsonObject(card) && typeof card['title'] === 'string' && card['title'] !== '' ? ` · ${card['title']}` : ''}`
        }
        copy={(card) => structuredClone(card)}
        addLabel="Add card"
        add={[{ label: 'Card', make: () => newValue(schema) }]}
        draw={(card, index, set) => (
          <ObjectFields
            schema={schema}
            pointer={`${field.pointer}/${index}`}
            value={isJsonObject(card) ? card : {}}
            onChange={set}
          />
        )}
      />
    </FieldFrame>
  );
}
