import {
  FlowError,
  describeIssues,
  isJsonObject,
  type Issue,
  type JsonObject,
  type JsonValue,
  type NodeDefinition,
} from '@heddle/schemas';
import { Compile } from 'typebox/schema';
import { toIssues, type SchemaError } from './schema-errors.ts';

interface Checker {
  Check(value: unknown): boolean;
  Errors(value: unknown): [boolean, SchemaError[]];
}

const written = new WeakMap<object, Checker>();
const filled = new WeakMap<object, Checker>();

/** What is wrong with a config as written: a template or `{ "$": … }` may stand for any value. Paths are within the config. */
export function checkWrittenConfig(definition: NodeDefinition, config: JsonObject): Issue[] {
  return issuesOf(checkerOf(written, definition.config, templateAware), definition, config);
}

/**
 * Checks a config after filling in: the limits on rendered text hold here.
 *
 * @throws FlowError `NODE_CONFIG_INVALID` naming each field.
 */
export function assertFilledConfig(definition: NodeDefinition, config: JsonObject): void {
  const issues = issuesOf(
    checkerOf(filled, definition.config, (schema) => schema),
    definition,
    config,
  );
  if (issues.length === 0) return;
  // Each message names its field by title, so the pointers would only repeat it.
  const text = describeIssues(issues.map(({ path: _path, ...issue }) => issue));
  throw new FlowError('NODE_CONFIG_INVALID', text, { issues });
}

function issuesOf(checker: Checker, definition: NodeDefinition, config: JsonObject): Issue[] {
  if (checker.Check(config)) return [];
  return toIssues(checker.Errors(config)[1], config, definition.config);
}

function checkerOf(
  known: WeakMap<object, Checker>,
  schema: object,
  prepare: (schema: JsonObject) => JsonObject,
): Checker {
  let checker = known.get(schema);
  if (checker === undefined) {
    // A TypeBox schema is a JSON Schema document.
    checker = Compile(prepare(schema as JsonObject));
    known.set(schema, checker);
  }
  return checker;
}

const TEMPLATED: JsonObject = {
  anyOf: [
    { type: 'string', pattern: '\\{[{%]' },
    { type: 'object', required: ['$'], properties: { $: { type: 'string' } }, additionalProperties: false },
  ],
};

/** The schema with every part below the root also accepting a template. Fixed values (`const`) stay, as they tell unions apart. */
function templateAware(schema: JsonObject): JsonObject {
  return loosenChildren(schema);
}

function loosen(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema) || Object.hasOwn(schema, 'const') || schema['x-literal'] === true) return schema;
  return { if: TEMPLATED, else: loosenChildren(schema) };
}

function loosenChildren(schema: JsonObject): JsonObject {
  const copy: JsonObject = { ...schema };
  for (const key of ['properties', 'patternProperties']) {
    const map = schema[key];
    if (isJsonObject(map))
      copy[key] = Object.fromEntries(Object.entries(map).map(([name, sub]) => [name, loosen(sub)]));
  }
  for (const key of ['items', 'additionalProperties']) {
    const sub = schema[key];
    if (sub !== undefined) copy[key] = Array.isArray(sub) ? sub.map(loosen) : loosen(sub);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const branches = schema[key];
    if (Array.isArray(branches))
      copy[key] = branches.map((branch) => (isJsonObject(branch) ? loosenChildren(branch) : branch));
  }
  return copy;
}
