/** Puts errors of the schema validator into words for people, and drops those of union branches that were not meant. */
import { isJsonObject, type Issue, type JsonObject, type JsonValue } from '@heddle/schemas';
import { alternatives, childSchemas, type SchemaSet } from '../expressions/schema-at.ts';

/** An error as `typebox/schema` gives it. */
export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

/** Issues for the errors of one value, each naming the field by its title. Paths are pointers into the value. */
export function toIssues(errors: readonly SchemaError[], value: JsonValue, schema: object): Issue[] {
  // A TypeBox schema is a JSON Schema document.
  const root = schema as JsonObject;
  const seen = new Set<string>();
  const issues: Issue[] = [];
  for (const error of dropForeignBranches(errors)) {
    if (error.keyword === 'if' || error.keyword === 'boolean') continue;
    const { names, found } = walkTo(root, value, error.instancePath);
    const message = `${fieldName(names)} ${wordFor(error, found)}`;
    if (seen.has(message + error.instancePath)) continue;
    seen.add(message + error.instancePath);
    issues.push({ code: 'config.invalid', severity: 'error', path: error.instancePath, message });
  }
  return issues;
}

/** For each failed union keeps the errors of the one branch that was meant; when that is not clear, only the union's own error. */
function dropForeignBranches(errors: readonly SchemaError[]): SchemaError[] {
  let kept = [...errors];
  // Outer unions come after their branches; working from the outside in, an inner union is judged within the branch that was kept.
  const unions = errors.filter((error) => error.keyword === 'anyOf').reverse();
  for (const union of unions) {
    if (!kept.includes(union)) continue;
    const prefix = `${union.schemaPath}/anyOf/`;
    const inside = kept.filter(
      (error) => error.schemaPath.startsWith(prefix) && error.instancePath.startsWith(union.instancePath),
    );
    const branchOf = (error: SchemaError): string => error.schemaPath.slice(prefix.length).split('/')[0] ?? '';
    const branches = new Set(inside.map(branchOf));
    const meant = [...branches].filter(
      (branch) => !inside.some((error) => branchOf(error) === branch && saysOtherBranch(error, union.instancePath)),
    );
    const drop = new Set<SchemaError>(
      meant.length === 1 ? [...inside.filter((error) => branchOf(error) !== meant[0]), union] : inside,
    );
    kept = kept.filter((error) => !drop.has(error));
  }
  return kept;
}

/** A fixed value that differs right below the union, or another JSON type, means that this branch was not meant. */
function saysOtherBranch(error: SchemaError, unionPath: string): boolean {
  const below = error.instancePath.slice(unionPath.length);
  if (error.keyword === 'type') return below === '';
  return (error.keyword === 'const' || error.keyword === 'enum') && below.lastIndexOf('/') <= 0;
}

function walkTo(
  schema: JsonObject,
  value: JsonValue,
  pointer: string,
): { names: string[]; found: JsonValue | undefined } {
  const names: string[] = [];
  let schemas: SchemaSet = alternatives(schema, value);
  let current: JsonValue | undefined = value;
  for (const part of pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const key = Array.isArray(current) ? Number(part) : part;
    current = Array.isArray(current)
      ? current[Number(part)]
      : isJsonObject(current) && Object.hasOwn(current, part)
        ? current[part]
        : undefined;
    schemas = childSchemas(schemas, key, current ?? null);
    const title = schemas.map((candidate) => candidate['title']).find((candidate) => typeof candidate === 'string');
    names.push(typeof key === 'number' ? String(key + 1) : typeof title === 'string' ? title : part);
  }
  return { names, found: current };
}

function fieldName(names: readonly string[]): string {
  return names.length === 0 ? 'The configuration' : `"${names.join(' › ')}"`;
}

function wordFor(error: SchemaError, found: JsonValue | undefined): string {
  // The parameters of every keyword are a plain record.
  const params = error.params as Record<string, unknown>;
  const limit = String(params['limit']);
  switch (error.keyword) {
    case 'required':
      return `needs ${listOf(params['requiredProperties'])}.`;
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return `does not know ${listOf(params['additionalProperties'] ?? params['unevaluatedProperties'])}.`;
    case 'maxLength':
      return `has ${typeof found === 'string' ? [...found].length : 'too many'} characters; at most ${limit} are allowed.`;
    case 'minLength':
      return limit === '1' ? 'must not be empty.' : `needs at least ${limit} characters.`;
    case 'maxItems':
      return `has ${Array.isArray(found) ? found.length : 'too many'} entries; at most ${limit} are allowed.`;
    case 'minItems':
      return limit === '1' ? 'needs at least one entry.' : `needs at least ${limit} entries.`;
    case 'minimum':
      return `is ${show(found)}; the least is ${limit}.`;
    case 'maximum':
      return `is ${show(found)}; the most is ${limit}.`;
    case 'enum':
      return `is ${show(found)}; allowed: ${listOf(params['allowedValues'])}.`;
    case 'const':
      return `is ${show(found)}; it must be ${show(params['allowedValue'])}.`;
    case 'type':
      return `is ${show(found)}; it must be ${typeName(params['type'])}.`;
    case 'anyOf':
      return `is ${show(found)}, which fits none of the allowed forms.`;
    case 'pattern':
      return `is ${show(found)}, which does not have the right form (${String(params['pattern'])}).`;
    default:
      return `${error.message} (found ${show(found)}).`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'empty',
};

function typeName(type: unknown): string {
  return (Array.isArray(type) ? type : [type]).map((name) => TYPE_NAMES[String(name)] ?? String(name)).join(' or ');
}

function listOf(names: unknown): string {
  return Array.isArray(names) ? names.map((name) => `"${String(name)}"`).join(', ') : String(names);
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
