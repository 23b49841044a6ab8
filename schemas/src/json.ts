import { Type } from 'typebox';

/** Anything that survives `JSON.parse(JSON.stringify(x))` unchanged. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

/** A plain JSON object. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Any JSON value. The schema accepts everything; the type keeps functions and dates out. */
export const JsonValueSchema = Type.Unsafe<JsonValue>({});

/** Any JSON object. */
export const JsonObjectSchema = Type.Unsafe<JsonObject>({ type: 'object' });

/** True for a JSON object, false for null, arrays and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
