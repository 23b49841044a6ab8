import { isJsonObject, type JsonValue } from '@heddle/schemas';
import { jsonEqual } from './json-equal.ts';

/** One value that differs, at a place below what is compared; undefined on the side where it is not there. */
export interface ValueChange {
  /** Names of properties and numbers of items. Of an item that was removed: its number before. */
  readonly path: readonly (string | number)[];
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Objects that are one value to a person: a duration, an expression. */
export type IsWhole = (value: JsonValue) => boolean;

/**
 * The smallest values that differ. Of a list, equal items at both ends are passed over first, so that one that is put in or taken out
 * in the middle does not make all after it differ.
 */
export function diffValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  isWhole: IsWhole,
  path: ValueChange['path'] = [],
): ValueChange[] {
  if (jsonEqual(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, isWhole, path);
  if (isJsonObject(before) && isJsonObject(after) && !isWhole(before) && !isWhole(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => diffValues(own(before, key), own(after, key), isWhole, [...path, key]));
  }
  return [{ path, before, after }];
}

function diffLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  isWhole: IsWhole,
  path: ValueChange['path'],
): ValueChange[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && jsonEqual(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && jsonEqual(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  // Words in a list have no place of their own: those that came and those that went.
  if (old.every(isText) && now.every(isText) && old.length !== now.length)
    return [
      ...old.flatMap((item, index) => (now.includes(item) ? [] : [removed(item, head + index)])),
      ...now.flatMap((item, index) => (old.includes(item) ? [] : [added(item, head + index)])),
    ];
  const paired = Math.min(old.length, now.length);
  return [
    ...old.slice(0, paired).flatMap((item, index) => diffValues(item, now[index], isWhole, [...path, head + index])),
    ...old.slice(paired).map((item, index) => removed(item, head + paired + index)),
    ...now.slice(paired).map((item, index) => added(item, head + paired + index)),
  ];

  function removed(item: JsonValue, index: number): ValueChange {
    return { path: [...path, index], before: item, after: undefined };
  }
  function added(item: JsonValue, index: number): ValueChange {
    return { path: [...path, index], before: undefined, after: item };
  }
}

function isText(value: JsonValue): boolean {
  return typeof value === 'string';
}

function own(object: Readonly<Record<string, JsonValue>>, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
