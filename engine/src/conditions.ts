import { isJsonObject, type Comparison, type Condition, type JsonValue } from '@heddle/schemas';
import { findByPath, type Scope } from './expressions/index.ts';
import { foldText } from './text/index.ts';

/** Whether a condition passed, and why, in words for the run view. */
export interface ConditionResult {
  readonly passed: boolean;
  /** The rule that decided; with "all" the first that failed, with "any" the first that passed or all that failed. */
  readonly explanation: string;
}

/**
 * Evaluates a structured condition. Text is compared without regard to case and accents; a number in text counts as a number.
 * A field that is missing equals nothing, contains nothing and is empty; it is neither true nor false. Never throws.
 */
export function evaluateCondition(condition: Condition, scope: Scope | object): ConditionResult {
  const results = condition.rules.map((rule) =>
    'rules' in rule ? evaluateCondition(rule, scope) : evaluateComparison(rule, scope),
  );
  const deciding = results.find((result) => result.passed === (condition.match === 'any'));
  const passed = deciding === undefined ? condition.match === 'all' : deciding.passed;
  return { passed, explanation: deciding?.explanation ?? results.map((result) => result.explanation).join('; ') };
}

function evaluateComparison(rule: Comparison, scope: Scope | object): ConditionResult {
  const found = findByPath(scope, rule.field) ?? null;
  const wanted = rule.value ?? null;
  const passed = compare(rule, found, wanted, scope);
  const value = NEEDS_NO_VALUE.has(rule.operator) ? '' : ` ${show(wanted)}`;
  return {
    passed,
    explanation: `${rule.field} ${passed ? 'fits' : 'does not fit'} "${WORDS[rule.operator]}${value}": it is ${found === null ? 'not there' : show(found)}`,
  };
}

function compare({ operator }: Comparison, found: JsonValue, wanted: JsonValue, scope: object): boolean {
  switch (operator) {
    case 'equals':
      return equals(found, wanted);
    case 'notEquals':
      return !equals(found, wanted);
    case 'contains':
      return contains(found, wanted);
    case 'notContains':
      return !contains(found, wanted);
    case 'startsWith':
      return isScalar(found) && isScalar(wanted) && fold(found).startsWith(fold(wanted));
    case 'endsWith':
      return isScalar(found) && isScalar(wanted) && fold(found).endsWith(fold(wanted));
    case 'isEmpty':
      return isEmpty(found);
    case 'isNotEmpty':
      return !isEmpty(found);
    case 'greaterThan':
      return holds(found, wanted, (a, b) => a > b);
    case 'atLeast':
      return holds(found, wanted, (a, b) => a >= b);
    case 'lessThan':
      return holds(found, wanted, (a, b) => a < b);
    case 'atMost':
      return holds(found, wanted, (a, b) => a <= b);
    case 'isTrue':
      return found === true || (typeof found === 'string' && fold(found) === 'true');
    case 'isFalse':
      return found === false || (typeof found === 'string' && fold(found) === 'false');
    case 'oneOf':
      return listOf(wanted).some((candidate) => equals(found, candidate));
    case 'hasTag':
      return contains(tagsAt(found, scope), wanted);
    case 'hasNoTag':
      return !contains(tagsAt(found, scope), wanted);
  }
}

function equals(found: JsonValue, wanted: JsonValue): boolean {
  if (found === null || wanted === null) return found === wanted;
  if (isScalar(found) && isScalar(wanted)) {
    if (typeof found === 'number' || typeof wanted === 'number')
      return toNumber(found) === toNumber(wanted) && toNumber(found) !== null;
    return fold(found) === fold(wanted);
  }
  return JSON.stringify(found) === JSON.stringify(wanted);
}

function contains(found: JsonValue, wanted: JsonValue): boolean {
  if (Array.isArray(found)) return found.some((item) => equals(item, wanted));
  return isScalar(found) && isScalar(wanted) && fold(wanted) !== '' && fold(found).includes(fold(wanted));
}

function holds(found: JsonValue, wanted: JsonValue, test: (a: number, b: number) => boolean): boolean {
  const a = toComparable(found);
  const b = toComparable(wanted);
  return a !== null && b !== null && test(a, b);
}

function isEmpty(value: JsonValue): boolean {
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}

/** The list under the field, or the tags of the contact when the field is something else. */
function tagsAt(found: JsonValue, scope: object): JsonValue {
  return Array.isArray(found) ? found : (findByPath(scope, 'contact.tags') ?? []);
}

function listOf(wanted: JsonValue): JsonValue[] {
  if (Array.isArray(wanted)) return wanted;
  return typeof wanted === 'string'
    ? wanted
        .split(/[,;\n]/u)
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : [wanted];
}

type Scalar = string | number | boolean;

function isScalar(value: JsonValue): value is Scalar {
  return value !== null && typeof value !== 'object';
}

function fold(value: Scalar): string {
  return foldText(String(value)).trim();
}

function toNumber(value: JsonValue): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/u.test(value)) return null;
  return Number(value);
}

/** A date, or a moment with its zone; a moment without zone would mean another one on each machine. */
const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/u;

function toComparable(value: JsonValue): number | null {
  const number = toNumber(value);
  if (number !== null) return number;
  if (typeof value !== 'string' || !MOMENT.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : ms;
}

const NEEDS_NO_VALUE: ReadonlySet<Comparison['operator']> = new Set(['isEmpty', 'isNotEmpty', 'isTrue', 'isFalse']);

const WORDS: Readonly<Record<Comparison['operator'], string>> = {
  equals: 'is',
  notEquals: 'is not',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'begins with',
  endsWith: 'ends with',
  isEmpty: 'is empty',
  isNotEmpty: 'is filled in',
  greaterThan: 'is more than',
  atLeast: 'is at least',
  lessThan: 'is less than',
  atMost: 'is at most',
  isTrue: 'is yes',
  isFalse: 'is no',
  oneOf: 'is one of',
  hasTag: 'has the tag',
  hasNoTag: 'does not have the tag',
};

function show(value: JsonValue): string {
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
