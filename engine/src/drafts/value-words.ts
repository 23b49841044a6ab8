/** Values and fields of a config in the words of a person who never reads JSON. */
import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { alternatives, childSchemas, type SchemaSet } from '../expressions/schema-at.ts';
import type { ValueChange } from './diff-values.ts';

/** Longer texts are cut in a sentence. */
const MAX_TEXT = 120;

/** What a value may be recognised by, the most telling first. */
const TELLING = ['text', 'title', 'label', 'name', 'value', 'field', 'url', 'id', 'kind'] as const;

/** True for objects that are said as one: an expression, a duration. */
export function isOneValue(value: JsonValue): boolean {
  return isJsonObject(value) && (typeof value['$'] === 'string' || isDuration(value));
}

/** A value in words, with the titles that the schema gives to choices. */
export function sayValue(value: JsonValue | undefined, schemas: SchemaSet = []): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return choiceTitle(value, schemas) ?? quote(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return 'nothing';
    const items = value.map((item, index) => sayValue(item, childSchemas(schemas, index, item)));
    return items.join(', ').length <= MAX_TEXT ? items.join(', ') : `${value.length} entries`;
  }
  if (typeof value['$'] === 'string') return `{{ ${cut(value['$'])} }}`;
  if (isDuration(value)) return sayDuration(value);
  for (const name of TELLING) {
    const telling = value[name];
    if (typeof telling === 'string' && telling !== '') return quote(telling);
  }
  const size = Object.keys(value).length;
  return size === 0 ? 'nothing' : `${size} ${size === 1 ? 'setting' : 'settings'}`;
}

/** What the place of a change is called, such as `Bubbles 2 › Text`, and which schemas speak about it. */
export function namePlace(
  schema: JsonObject | undefined,
  root: { readonly before: JsonValue | undefined; readonly after: JsonValue | undefined },
  path: ValueChange['path'],
): { readonly title: string; readonly schemas: SchemaSet } {
  const titles: string[] = [];
  let value = valueOf(root);
  let place = { before: root.before, after: root.after };
  let schemas: SchemaSet = schema === undefined ? [] : alternatives(schema, value);
  for (const key of path) {
    place = { before: child(place.before, key), after: child(place.after, key) };
    value = valueOf(place);
    schemas = childSchemas(schemas, key, value);
    const title = schemas.map((item) => item['title']).find((item) => typeof item === 'string');
    if (typeof key === 'number') titles.push(`${titles.pop() ?? ''} ${key + 1}`.trim());
    else titles.push(typeof title === 'string' ? title : sentenceCase(key));
  }
  return { title: titles.join(' › '), schemas };
}

/** A change as a sentence without its full stop: `Text: “Hi” → “Hello”`. */
export function sayChange(title: string, change: Pick<ValueChange, 'before' | 'after'>, schemas: SchemaSet): string {
  const { before, after } = change;
  const [old, now] = [sayValue(before, schemas), sayValue(after, schemas)];
  if (old === 'nothing') return `${title}: added ${now}`;
  if (now === 'nothing') return `${title}: removed ${old}`;
  return `${title}: ${old} → ${now}`;
}

/** Milliseconds in the largest unit that divides them: `2 hours`. */
export function sayMs(ms: number): string {
  const units = [
    [604_800_000, 'week'],
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ] as const;
  const [size, unit] = units.find(([candidate]) => ms >= candidate && ms % candidate === 0) ?? [1, 'millisecond'];
  return count(ms / size, unit);
}

/** `1 hour`, `2 hours`. */
export function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

/** `startsWith` gives `Starts with`. */
function sentenceCase(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replaceAll(/[-_]+/gu, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A text in quotation marks, cut when it is long. */
export function quote(text: string): string {
  return `“${cut(text)}”`;
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT - 1)}…`;
}

function choiceTitle(value: string, schemas: SchemaSet): string | undefined {
  for (const schema of schemas) {
    const { enum: allowed, 'x-enum-titles': titles } = schema;
    const index = Array.isArray(allowed) ? allowed.indexOf(value) : -1;
    if (index === -1) continue;
    const title = Array.isArray(titles) ? titles[index] : isJsonObject(titles) ? titles[value] : undefined;
    return quote(typeof title === 'string' ? title : sentenceCase(value));
  }
  return undefined;
}

function isDuration(value: JsonObject): boolean {
  return Object.keys(value).length === 2 && typeof value['amount'] === 'number' && typeof value['unit'] === 'string';
}

function sayDuration(value: JsonObject): string {
  return count(Number(value['amount']), String(value['unit']).replace(/s$/u, ''));
}

function child(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function valueOf({ before, after }: { before: JsonValue | undefined; after: JsonValue | undefined }): JsonValue {
  return after ?? before ?? null;
}
