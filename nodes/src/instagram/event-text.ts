import type { JsonObject } from '@heddle/schemas';

/** A text in an event's data; empty when it is not there. */
export function textOf(data: JsonObject, key: string): string {
  const value = data[key];
  return typeof value === 'string' ? value : '';
}
