/** Finds which part of a JSON Schema speaks about a place in a value. Understands what TypeBox writes. */
import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';

/** Schemas that may apply to one place: more than one below a union. Empty: the schema says nothing. */
export type SchemaSet = readonly JsonObject[];

/** The alternatives of a schema for this value: unions are opened, and branches whose fixed values differ are left out. */
export function alternatives(schema: JsonValue | undefined, value: JsonValue): SchemaSet {
  if (!isJsonObject(schema)) return [];
  const branches = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(branches)) return [schema];
  const open = branches.flatMap((branch) => alternatives(branch, value));
  const fitting = open.filter((branch) => fixedValuesFit(branch, value));
  return fitting.length > 0 ? fitting : open;
}

/** Schemas of one property or item of `value`. */
export function childSchemas(schemas: SchemaSet, key: string | number, child: JsonValue): SchemaSet {
  return schemas.flatMap((schema) => alternatives(childSchema(schema, key), child));
}

/** True when the place can hold nothing but text, so that a template there always gives text; also where no schema speaks. */
export function isTextOnly(schemas: SchemaSet): boolean {
  return schemas.every(isTextSchema);
}

function isTextSchema(schema: JsonObject): boolean {
  if (schema['type'] === 'string') return true;
  const values = schema['enum'] ?? (Object.hasOwn(schema, 'const') ? [schema['const'] ?? null] : undefined);
  return schema['type'] === undefined && Array.isArray(values) && values.every((value) => typeof value === 'string');
}

function childSchema(schema: JsonObject, key: string | number): JsonValue | undefined {
  if (typeof key === 'number') {
    const items = schema['items'];
    return Array.isArray(items) ? items[key] : items;
  }
  const properties = schema['properties'];
  if (isJsonObject(properties) && Object.hasOwn(properties, key)) return properties[key];
  const patterns = schema['patternProperties'];
  if (isJsonObject(patterns)) {
    for (const [pattern, sub] of Object.entries(patterns)) if (new RegExp(pattern, 'u').test(key)) return sub;
  }
  return schema['additionalProperties'];
}

/** `{ kind: 'text' }` rules out the branch with `kind: const 'image'`. Only one level is looked at: TypeBox unions are told apart there. */
function fixedValuesFit(schema: JsonObject, value: JsonValue): boolean {
  const properties = schema['properties'];
  if (!isJsonObject(properties))
    return isJsonObject(value) ? schema['type'] === 'object' || schema['type'] === undefined : fits(schema, value);
  if (!isJsonObject(value)) return false;
  return Object.entries(properties).every(
    ([key, sub]) => !isJsonObject(sub) || !Object.hasOwn(value, key) || fits(sub, value[key] ?? null),
  );
}

function fits(schema: JsonObject, value: JsonValue): boolean {
  if (Object.hasOwn(schema, 'const')) return schema['const'] === value;
  const allowed = schema['enum'];
  return !Array.isArray(allowed) || allowed.includes(value);
}
