import { createHash } from 'node:crypto';
import type { JsonValue } from '@heddle/schemas';

/** Longest key that the event schema takes. */
const MAX_KEY_LENGTH = 512;

/** The key of an event: a prefix and the platform's own ids. Longer than the schema allows: a digest stands for the ids. */
export function eventKey(prefix: string, ...ids: readonly (string | number)[]): string {
  const key = [prefix, ...ids].join(':');
  return key.length <= MAX_KEY_LENGTH ? key : `${prefix}:${sha256(key)}`;
}

/** The key of something that has no id: a digest of its JSON with sorted keys, so that a redelivery has the same key. */
export function contentKey(prefix: string, value: JsonValue, atMs: number): string {
  return `${prefix}:${sha256(toCanonicalJson(value))}:${atMs}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with object keys in code unit order. Nesting is bounded by the host, which refuses bodies deeper than 64 levels. */
export function toCanonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${toCanonicalJson(value[key] ?? null)}`);
  return `{${entries.join(',')}}`;
}
