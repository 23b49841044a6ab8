import type { CONDITION_OPERATORS, JsonValue } from '@heddle/schemas';

/** Operators as they are read between a field and a value. */
export const OPERATOR_TITLES: Readonly<Record<(typeof CONDITION_OPERATORS)[number], string>> = {
  equals: 'is',
  notEquals: 'is not',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  isEmpty: 'is empty',
  isNotEmpty: 'is not empty',
  greaterThan: 'is more than',
  atLeast: 'is at least',
  lessThan: 'is less than',
  atMost: 'is at most',
  isTrue: 'is true',
  isFalse: 'is false',
  oneOf: 'is one of',
  hasTag: 'has the tag',
  hasNoTag: 'does not have the tag',
};

/** Operators that compare with nothing. */
export const NO_VALUE_OPERATORS: ReadonlySet<string> = new Set(['isEmpty', 'isNotEmpty', 'isTrue', 'isFalse']);

const NUMERIC: ReadonlySet<string> = new Set(['greaterThan', 'atLeast', 'lessThan', 'atMost']);

/** The typed text as the operator needs it: a list for "one of" (by commas), a number for comparisons of size, else text. */
export function parseConditionValue(text: string, operator: string): JsonValue {
  if (operator === 'oneOf') return text.split(',').map((part) => part.trimStart());
  const number = Number(text);
  return NUMERIC.has(operator) && text.trim() !== '' && Number.isFinite(number) && String(number) === text.trim()
    ? number
    : text;
}

/** The stored value as text to type on. */
export function writeConditionValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((part) => writeConditionValue(part)).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
