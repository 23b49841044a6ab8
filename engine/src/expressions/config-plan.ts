/** How to fill in a node's config: found once when the flow is compiled, followed on every node run. */
import { FlowError, isJsonObject, type Issue, type JsonObject, type JsonValue } from '@heddle/schemas';
import { alternatives, childSchemas, isTextOnly, type SchemaSet } from './schema-at.ts';
import type { Scope } from './scope.ts';
import {
  evaluateTemplate,
  isTemplated,
  parseExpression,
  parseTemplate,
  renderTemplate,
  type Template,
} from './template.ts';

/** A template and where it stands in the config. */
export interface PlacedTemplate {
  /** JSON pointer into the config. */
  readonly path: string;
  readonly template: Template;
}

/** A config ready to be filled in. Parts without templates are handed on as they are, never copied. */
export interface ConfigPlan {
  /** True when there is nothing to fill in. */
  readonly isStatic: boolean;
  readonly templates: readonly PlacedTemplate[];
  resolve(scope: Scope): JsonObject;
}

type Resolve = (scope: Scope) => JsonValue;
interface Walk {
  readonly templates: PlacedTemplate[];
  readonly issues: Issue[];
}

/** `{ "$": "expression" }` and nothing else. */
export function isExpressionObject(value: JsonValue): value is { $: string } {
  return isJsonObject(value) && typeof value['$'] === 'string' && Object.keys(value).length === 1;
}

/**
 * Parses every template of a config.
 *
 * @param schema Config schema of the node type: tells text fields, which stay text, from others, where `{{ x }}` alone keeps its type.
 * @param issues Collects templates that cannot be read (`template.invalid`, path within the config); the plan then leaves them as they are.
 */
export function planConfig(config: JsonObject, schema: object, issues: Issue[]): ConfigPlan {
  const walk: Walk = { templates: [], issues };
  // A TypeBox schema is a JSON Schema document.
  const resolve = planValue(config, alternatives(schema as JsonObject, config), '', walk);
  if (resolve === null) return { isStatic: true, templates: [], resolve: () => config };
  // The root of a config is an object, and objects resolve to objects.
  return { isStatic: false, templates: walk.templates, resolve: (scope) => resolve(scope) as JsonObject };
}

/** A way to compute the value, or null when it is constant. */
function planValue(value: JsonValue, schemas: SchemaSet, path: string, walk: Walk): Resolve | null {
  // Code, patterns and the like may hold template marks that mean something else there.
  if (schemas.some((schema) => schema['x-literal'] === true)) return null;
  if (typeof value === 'string') return isTemplated(value) ? planText(value, schemas, path, walk) : null;
  if (Array.isArray(value)) return planArray(value, schemas, path, walk);
  if (!isJsonObject(value)) return null;
  if (isExpressionObject(value)) {
    const template = tryParse(() => parseExpression(value.$), path, walk);
    return template === null ? null : (scope) => evaluateTemplate(template, scope);
  }
  return planObject(value, schemas, path, walk);
}

function planText(text: string, schemas: SchemaSet, path: string, walk: Walk): Resolve | null {
  const template = tryParse(() => parseTemplate(text), path, walk);
  if (template === null) return null;
  if (template.single !== null && !isTextOnly(schemas)) return (scope) => evaluateTemplate(template, scope);
  return (scope) => renderTemplate(template, scope);
}

function planArray(items: JsonValue[], schemas: SchemaSet, path: string, walk: Walk): Resolve | null {
  const changing: [number, Resolve][] = [];
  items.forEach((item, index) => {
    const resolve = planValue(item, childSchemas(schemas, index, item), `${path}/${index}`, walk);
    if (resolve !== null) changing.push([index, resolve]);
  });
  if (changing.length === 0) return null;
  return (scope) => {
    const copy = items.slice();
    for (const [index, resolve] of changing) copy[index] = resolve(scope);
    return copy;
  };
}

function planObject(object: JsonObject, schemas: SchemaSet, path: string, walk: Walk): Resolve | null {
  const changing: [string, Resolve][] = [];
  for (const [key, value] of Object.entries(object)) {
    // Assigning it below would change the prototype of the copy; no schema has a field of that name.
    if (key === '__proto__') continue;
    const resolve = planValue(value, childSchemas(schemas, key, value), `${path}/${escapePointer(key)}`, walk);
    if (resolve !== null) changing.push([key, resolve]);
  }
  if (changing.length === 0) return null;
  return (scope) => {
    const copy = { ...object };
    for (const [key, resolve] of changing) copy[key] = resolve(scope);
    return copy;
  };
}

function tryParse(parse: () => Template, path: string, walk: Walk): Template | null {
  try {
    const template = parse();
    walk.templates.push({ path, template });
    return template;
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    walk.issues.push({ code: 'template.invalid', severity: 'error', path, message: error.message });
    return null;
  }
}

/** One step of a JSON pointer (RFC 6901). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
