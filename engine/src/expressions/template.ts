import { FlowError, type JsonValue } from '@heddle/schemas';
import { Output, toValueSync, type Template as LiquidTemplate } from 'liquidjs';
import { isTimeLimit, toExpressionError } from './expression-error.ts';
import { createContext, liquid, TEMPLATE_MAX_CHARS } from './liquid.ts';
import type { Scope } from './scope.ts';

/** A parsed text. `single` is set when the text is exactly one `{{ … }}`, whose value then keeps its type on request. */
export interface Template {
  readonly source: string;
  readonly parts: readonly LiquidTemplate[];
  readonly single: Output | null;
}

/** True when a text holds template marks and so is not plain. */
export function isTemplated(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** @throws FlowError `EXPRESSION_INVALID` with the place, `EXPRESSION_LIMIT` for a source of more than 100,000 characters. */
export function parseTemplate(source: string): Template {
  const parts = parse(source);
  const [first] = parts;
  return { source, parts, single: parts.length === 1 && first instanceof Output ? first : null };
}

/** Parses the text of `{ "$": … }`. @throws FlowError `EXPRESSION_INVALID`. */
export function parseExpression(source: string): Template {
  const parts = parse(`{{ ${source} }}`);
  const [first] = parts;
  if (parts.length !== 1 || !(first instanceof Output)) {
    throw new FlowError('EXPRESSION_INVALID', `"${source}" must be one expression without {{ }}.`);
  }
  return { source, parts, single: first };
}

/**
 * Fills a text in. Values are data: marks inside them are not looked at.
 *
 * @throws FlowError `EXPRESSION_INVALID`, `EXPRESSION_UNKNOWN_VARIABLE`, `EXPRESSION_LIMIT`.
 */
export function renderTemplate(template: Template | string, scope: Scope | object): string {
  if (typeof template === 'string') {
    if (!isTemplated(template)) return template;
    template = parseTemplate(template);
  }
  const { parts, source } = template;
  const text: unknown = compute(source, () => liquid.renderSync([...parts], createContext(scope)));
  return String(text);
}

/** The time limit counts what passes on the wall: a process that stood still (stopped, or without a processor) has used none of it. */
const TRIES = 2;

/** Templates change nothing, so one that met the time limit is computed again: only if it always takes that long it is the template's fault. */
function compute<T>(source: string, work: () => T): T {
  for (let tried = 1; ; tried += 1) {
    try {
      return work();
    } catch (error) {
      if (tried === TRIES || !isTimeLimit(error)) throw toExpressionError(error, source);
    }
  }
}

/** Computes the value of an expression with its type kept; nothing becomes null. @throws as renderTemplate does. */
export function evaluateTemplate(template: Template, scope: Scope | object): JsonValue {
  const { single, source } = template;
  if (single === null) return renderTemplate(template, scope);
  return compute(source, () => toJson(toValueSync(single.value.value(createContext(scope), false))));
}

/** Computes `expression` (without marks) once. For repeated use parse it first. */
export function evaluateExpression(expression: string, scope: Scope | object): JsonValue {
  return evaluateTemplate(parseExpression(expression), scope);
}

function parse(source: string): LiquidTemplate[] {
  if (source.length > TEMPLATE_MAX_CHARS) {
    throw new FlowError(
      'EXPRESSION_LIMIT',
      `A template has ${source.length} characters; at most ${TEMPLATE_MAX_CHARS} are allowed.`,
    );
  }
  try {
    return liquid.parse(source);
  } catch (error) {
    throw toExpressionError(error, source);
  }
}

/** Scopes hold JSON, so only filters and literals (`empty`, `nil`, 1/0) can give something else. */
function toJson(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return null;
  // A plain object can only come from the scope, which is JSON.
  return value as JsonValue;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
