import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { Format } from 'typebox/format';
import { Settings } from 'typebox/system';
import { FlowError, type ErrorCode, type Issue } from './errors.ts';

// The library stops at 8 by default, which may be before it says which alternative of a union was meant.
Settings.Set({ maxErrors: 200 });
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
    return ok
      ? []
      : errors
          .filter((error) => error.keyword !== 'boolean')
          .slice(0, MAX_ISSUES)
          .map((error) => toIssue(error, value));
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
  return {
    code: `schema.${error.keyword}`,
    severity: 'error',
    path: error.instancePath,
    message: describe(error, params, valueAt(root, error.instancePath)),
  };
}

/** What is wrong, what was found, what is allowed: in words for people who do not read schemas. */
function describe({ keyword, message }: SchemaError, params: Record<string, unknown>, found: unknown): string {
  const limit = String(params['limit']);
  switch (keyword) {
    case 'required':
      return `${names(params['requiredProperties'])} missing`;
    case 'additionalProperties':
      return `${names(params['additionalProperties'])} not known here`;
    case 'type':
      return `must be ${wordFor(params['type'])}, found ${abbreviate(found)}`;
    case 'enum':
    case 'const':
      return `must be ${choices(params['allowedValues'] ?? [params['allowedValue']])}, found ${abbreviate(found)}`;
    case 'minLength':
      return limit === '1' ? 'must not be empty' : `needs at least ${limit} characters, found ${abbreviate(found)}`;
    case 'maxLength':
      return `takes at most ${limit} characters, found ${typeof found === 'string' ? [...found].length : abbreviate(found)}`;
    case 'minItems':
      return limit === '1' ? 'needs at least one entry' : `needs at least ${limit} entries`;
    case 'maxItems':
      return `takes at most ${limit} entries, found ${Array.isArray(found) ? found.length : abbreviate(found)}`;
    default:
      return `${message}, found ${abbreviate(found)}`;
  }
}

function names(properties: unknown): string {
  const list = Array.isArray(properties) ? properties.map((name) => `"${String(name)}"`) : [`"${String(properties)}"`];
  return `${list.join(', ')} ${list.length === 1 ? 'is' : 'are'}`;
}

function choices(allowed: unknown): string {
  const list = (Array.isArray(allowed) ? allowed : [allowed]).map((value) => JSON.stringify(value));
  return list.length === 1 ? String(list[0]) : `one of ${list.join(', ')}`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
};

function wordFor(type: unknown): string {
  return (Array.isArray(type) ? type : [type]).map((one) => TYPE_WORDS[String(one)] ?? String(one)).join(' or ');
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
