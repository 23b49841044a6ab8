import type { JsonValue } from '@heddle/schemas';

/** Escapes that JSON allows and Postgres' jsonb does not: NUL, and halves of surrogate pairs. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i;

/**
 * JSON text that a `jsonb` parameter takes. People and platforms can send NUL characters and broken surrogates; jsonb refuses both, and
 * one of them would make a whole batch fail. NUL is left out, half a surrogate pair becomes U+FFFD.
 */
export function toJsonb(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  // Most texts hold no escape of this kind, and that is seen much faster than by the expression.
  if (!text.includes('\\u')) return text;
  return SUSPICIOUS.test(text) ? JSON.stringify(cleanValue(JSON.parse(text))) : text;
}

/** The same for a text column. */
export function toText(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed();
}

function cleanValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return toText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [toText(key), cleanValue(inner)]));
}
