import { isJsonObject, type JsonValue } from '@heddle/schemas';

export interface Difference {
  /** Where, such as `positions/p1/wait/kind`; empty: the whole. */
  readonly path: string;
  /** Undefined: not there. */
  readonly stored: JsonValue | undefined;
  readonly now: JsonValue | undefined;
}

/**
 * The first place in which today's value is not what was stored.
 *
 * @param isShape Tells whether the object at a path has a fixed set of fields: there, today's value may have more of them than the stored
 *   one had. Everywhere else (data, and maps keyed by ids) one more entry is a difference.
 */
export function findDifference(
  stored: JsonValue | undefined,
  now: JsonValue | undefined,
  isShape: (path: string) => boolean,
  path = '',
): Difference | null {
  if (Array.isArray(stored) && Array.isArray(now)) {
    const length = Math.max(stored.length, now.length);
    for (let index = 0; index < length; index += 1) {
      const found = findDifference(stored[index], now[index], isShape, join(path, String(index)));
      if (found !== null) return found;
    }
    return null;
  }
  if (isJsonObject(stored) && isJsonObject(now)) {
    const keys = new Set([...Object.keys(stored), ...(isShape(path) ? [] : Object.keys(now))]);
    for (const key of keys) {
      const found = findDifference(stored[key], now[key], isShape, join(path, key));
      if (found !== null) return found;
    }
    return null;
  }
  return stored === now ? null : { path, stored, now };
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}/${key}`;
}
