import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';

/** Version of the Graph API that we speak; living until 2028-07-29 (platforms.md 0.1). */
export const GRAPH_VERSION = 'v25.0';

/** A path below the API base in our version, its parts escaped: an id from a webhook can never leave its place in the path. */
export function graphPath(...parts: readonly string[]): string {
  return `/${[GRAPH_VERSION, ...parts].map(encodeURIComponent).join('/')}`;
}

/** The own property `key` of a JSON object; undefined for everything else. */
export function property(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A property as text. Ids arrive as strings or numbers; empty text counts as absent. */
export function textProperty(value: JsonValue | undefined, key: string): string | undefined {
  const found = property(value, key);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : undefined;
}

/** A property as an object, or undefined. */
export function objectProperty(value: JsonValue | undefined, key: string): JsonObject | undefined {
  const found = property(value, key);
  return isJsonObject(found) ? found : undefined;
}

/** A property as a list; empty when it is none. */
export function listProperty(value: JsonValue | undefined, key: string): readonly JsonValue[] {
  const found = property(value, key);
  return Array.isArray(found) ? found : [];
}

/** An object without its undefined properties. */
export function compact(properties: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(properties)) if (value !== undefined) kept[key] = value;
  return kept;
}

/** Epoch milliseconds from Graph's ISO form `2026-11-19T10:00:00+0000`; undefined when it is no time. */
export function parseGraphTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const atMs = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(atMs) ? undefined : atMs;
}
