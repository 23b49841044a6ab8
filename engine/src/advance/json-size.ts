import type { JsonValue } from '@heddle/schemas';

/** Deeper than any honest output; also what ends a structure that contains itself. */
const MAX_DEPTH = 64;

/** Bytes of `JSON.stringify(value)` in UTF-8, without making the text. What is not JSON counts as `null`. O(size). */
export function jsonBytes(value: JsonValue | undefined): number {
  return measure(value, false, 0);
}

/** Bytes as `jsonBytes`, or null when the value is not JSON: a function, undefined, NaN, a class, a circle, more than 64 levels. */
export function findJsonBytes(value: unknown): number | null {
  const bytes = measure(value, true, 0);
  return Number.isNaN(bytes) ? null : bytes;
}

/** NaN in strict mode for what is not JSON; it spreads through every sum. */
function measure(value: unknown, isStrict: boolean, depth: number): number {
  switch (typeof value) {
    case 'string':
      return textBytes(value);
    case 'number':
      return Number.isFinite(value) ? String(value).length : isStrict ? Number.NaN : 4;
    case 'boolean':
      return value ? 4 : 5;
    case 'object':
      if (value === null) return 4;
      if (depth > MAX_DEPTH) return isStrict ? Number.NaN : 4;
      return Array.isArray(value) ? arrayBytes(value, isStrict, depth) : objectBytes(value, isStrict, depth);
    default:
      return isStrict ? Number.NaN : 4;
  }
}

function arrayBytes(items: readonly unknown[], isStrict: boolean, depth: number): number {
  let bytes = 2 + Math.max(0, items.length - 1);
  for (let i = 0; i < items.length; i++) bytes += measure(items[i], isStrict, depth + 1);
  return bytes;
}

function objectBytes(object: object, isStrict: boolean, depth: number): number {
  if (isStrict) {
    const prototype: unknown = Object.getPrototypeOf(object);
    if (prototype !== Object.prototype && prototype !== null) return Number.NaN;
  }
  let bytes = 1;
  for (const key of Object.keys(object))
    bytes += textBytes(key) + 2 + measure(Reflect.get(object, key), isStrict, depth + 1);
  return Math.max(2, bytes);
}

/** Two quotes, and per UTF-16 unit what JSON and UTF-8 make of it. */
function textBytes(text: string): number {
  let bytes = 2 + text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      if (unit === 0x22 || unit === 0x5c) bytes += 1;
      else if (unit < 0x20)
        bytes += unit === 0x0a || unit === 0x0d || unit === 0x09 || unit === 0x08 || unit === 0x0c ? 1 : 5;
    } else if (unit < 0x800) bytes += 1;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 2;
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2; // four bytes for two units
      i += 1;
    } else bytes += 5; // JSON.stringify writes a lone surrogate as \udXXX
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
