import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { Format } from 'typebox/format';
import { FlowError, type ErrorCode, type Issue } from './errors.ts';

Format.Set('uuid', (value) => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value));

/** Checks values against one schema; compiled once. */
export interface Validator<T> {
  /** True when the value fits. Narrows the type. */
  check(value: unknown): value is T;
  /** Everything that is wrong, each with place and rule; empty when the value fits. At most 50. */
  issues(value: unknown): Issue[];
  /** The value as T. @throws FlowError with `code` and the issues. */
  parse(value: unknown, code?: ErrorCode): T;
}

const MAX_ISSUES = 50;
const compiled = new WeakMap<object, Validator<unknown>>();

/** The validator of a schema: TypeBox or plain JSON Schema. Compiled on first use and kept as long as the schema lives. */
export function validatorOf<S extends TSchema>(schema: S): Validator<Static<S>> {
  const known = compiled.get(schema);
  // The map is keyed by the schema, so the stored validator has that schema's type.
  if (known !== undefined) return known as Validator<Static<S>>;
  const made = compile<Static<S>>(schema);
  compiled.set(schema, made);
  return made;
}

function compile<T>(schema: TSchema): Validator<T> {
  let checker: ReturnType<typeof Compile> | undefined;
  const lazy = () => (checker ??= Compile(schema));
  const issues = (value: unknown): Issue[] => {
    const [ok, errors] = lazy().Errors(value);
    return ok ? [] : errors.filter((error) => error.keyword !== 'boolean').slice(0, MAX_ISSUES).map((error) => toIssue(error, value));
  };
  return {
    check: (value): value is T => lazy().Check(value),
    issues,
    parse: (value, code = 'REQUEST_INVALID') => {
      if (lazy().Check(value)) return value as T; // checked in the line above
      const found = issues(value);
      throw new FlowError(code, describeIssues(found), { issues: found });
    },
  };
}

/** One sentence for a list of issues: the first three, and how many more. */
export function describeIssues(issues: readonly Issue[]): string {
  const shown = issues.slice(0, 3).map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message));
  const more = issues.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? ` (and ${more} more)` : ''}`;
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

function toIssue(error: SchemaError, root: unknown): Issue {
  const params = error.params as Record<string, unknown>; // params of every keyword are a plain record
  const found = valueAt(root, error.instancePath);
  const allowed = 'allowedValues' in params ? `; allowed: ${JSON.stringify(params['allowedValues'])}` : 'allowedValue' in params ? `; allowed: ${JSON.stringify(params['allowedValue'])}` : '';
  const names = 'additionalProperties' in params ? `: ${String(params['additionalProperties'])}` : 'requiredProperties' in params ? `: ${String(params['requiredProperties'])}` : '';
  const shown = error.keyword === 'required' || error.keyword === 'additionalProperties' ? '' : `, found ${abbreviate(found)}`;
  return { code: `schema.${error.keyword}`, severity: 'error', path: error.instancePath, message: `${error.message}${names}${allowed}${shown}` };
}

function valueAt(root: unknown, pointer: string): unknown {
  let current = root;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Reflect.get(current, part.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return current;
}

function abbreviate(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
