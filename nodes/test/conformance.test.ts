import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { portsOf, renderCardText, toDefinitionData } from '@heddle/engine';
import {
  FORM_HINTS,
  FORM_WIDGETS,
  isJsonObject,
  NodeDefinitionDataSchema,
  RESERVED_PORTS,
  validatorOf,
  type JsonValue,
  type NodeDefinition,
} from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { builtInDefinitions } from '../src/definitions.ts';
import { builtInHandlers } from '../src/handlers.ts';

const HINTS: readonly string[] = Object.keys(FORM_HINTS);
/** What a fresh node may lack: a value that only its author can give. */
const EMPTY_VALUE_RULES = ['schema.required', 'schema.minItems'];

const sourceRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

describe.each(builtInDefinitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (type, definition) => {
    const data = toDefinitionData(definition);

    it('is a valid definition', () => {
      expect(validatorOf(NodeDefinitionDataSchema).issues(data)).toEqual([]);
    });

    it('survives JSON unchanged', () => {
      expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    });

    it('has texts for people', () => {
      expect(data.title).toMatch(/^\p{Lu}[^_]*$/u);
      expect(data.summary).toMatch(/\.$/);
      expect(data.icon).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const port of Object.values(data.ports)) expect(port.title).not.toBe('');
    });

    it('has defaults that are valid, or lack only what its author must give', () => {
      // Inside a union an empty text would hide behind "fits no branch", so empty texts are filled in first.
      const rules = validatorOf(definition.config)
        .issues(fillEmptyTexts(definition.defaults))
        .map((issue) => issue.code);
      expect(rules.filter((rule) => !EMPTY_VALUE_RULES.includes(rule))).toEqual([]);
      expect(
        Object.keys(definition.defaults).filter((key) => !Object.hasOwn(definition.config.properties, key)),
      ).toEqual([]);
    });

    it('has a title and known hints for every form field, and takes no unknown settings', () => {
      for (const [path, schema] of formFields(data.config, '')) {
        for (const key of Object.keys(schema).filter((name) => name.startsWith('x-')))
          expect(HINTS, `${path} ${key}`).toContain(key);
        if (schema['x-widget'] !== undefined) expect(FORM_WIDGETS, path).toContain(schema['x-widget']);
        if (schema['properties'] !== undefined) expect(schema['additionalProperties'], path).toBe(false);
        if (/^\/[^/]+$/.test(path)) expect(schema['title'], path).toBeTypeOf('string');
        for (const sibling of Object.keys(isJsonObject(schema['x-show-if']) ? schema['x-show-if'] : {})) {
          expect(siblingNames(data.config, path), `${path} x-show-if`).toContain(sibling);
        }
        const allowed = schema['enum'];
        if (Array.isArray(allowed) && isJsonObject(schema['x-enum-titles']))
          expect(Object.keys(schema['x-enum-titles']).toSorted(), path).toEqual(allowed.map(String).toSorted());
      }
    });

    it('has well-formed ports', () => {
      const ports = portsOf(data, definition.defaults);
      const own = Object.keys(data.ports).filter(
        (port) => !(port === 'timeout' && (data.lint.waitsForReply === true || data.lint.waitsUpToMs !== undefined)),
      );
      for (const reserved of RESERVED_PORTS) expect(own).not.toContain(reserved);
      if (data.lint.endsRun === true) expect(Object.keys(ports)).toEqual([]);
      else expect(Object.keys(ports).length).toBeGreaterThan(0);
      for (const [name, port] of Object.entries(ports)) {
        expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$/);
        const fields = port.output['properties'];
        expect(isJsonObject(fields), `${name} lists its values`).toBe(true);
        for (const [field, schema] of Object.entries(isJsonObject(fields) ? fields : {}))
          expect(isJsonObject(schema) && typeof schema['title'] === 'string', `${name}.${field} has a title`).toBe(
            true,
          );
      }
      if (data.role === 'trigger') expect(Object.keys(ports)).toHaveLength(1);
    });

    it('names slots by fields that it has', () => {
      for (const { field } of data.connections) expect(Object.keys(definition.config.properties)).toContain(field);
      const widgets = Object.entries(definition.config.properties).filter(
        ([, schema]) => Reflect.get(schema, 'x-widget') === 'connection',
      );
      expect(widgets.map(([name]) => name)).toEqual(data.connections.map(({ field }) => field));
    });

    it('draws its card, filled in or not', () => {
      expect(data.cardText).toBeTypeOf('string');
      expect(() => renderCardText(data.cardText ?? '', definition.defaults)).not.toThrow();
      expect(renderCardText(data.cardText ?? '', {}).length).toBeLessThan(120);
    });

    it('has one handler of the right kind, made from this very definition', () => {
      const handlers = builtInHandlers.filter((handler) => handler.definition.type === type);
      expect(handlers).toHaveLength(1);
      expect(handlers[0]?.definition).toBe(definition);
      expect(handlers[0]?.match !== undefined).toBe(definition.role === 'trigger');
      expect(handlers[0]?.run !== undefined).toBe(definition.role === 'node');
    });
  },
);

describe('the built-in node types', () => {
  it('are told apart by type, and every handler has its definition', () => {
    const types = builtInDefinitions.map((definition) => definition.type);
    expect(new Set(types).size).toBe(types.length);
    expect(builtInHandlers.map((handler) => handler.definition.type)).toEqual(types);
  });

  it('keep their definitions free of what a browser lacks', () => {
    const files = reachableFiles(join(sourceRoot, 'definitions.ts'));
    const forbidden = [...files].flatMap(([file, imports]) =>
      imports
        .filter((name) => name.startsWith('node:') || name === 'openai' || /handler|platform\//.test(name))
        .map((name) => `${relative(sourceRoot, file)}: ${name}`),
    );
    expect(forbidden).toEqual([]);
    expect(files.size).toBeGreaterThan(builtInDefinitions.length);
  });

  it('list their definitions in the order of the palette: triggers are found under "trigger"', () => {
    const wrong = builtInDefinitions.filter(
      (definition: NodeDefinition) => (definition.role === 'trigger') !== (definition.category === 'trigger'),
    );
    expect(wrong.map((definition) => definition.type)).toEqual([]);
  });
});

type Schema = Record<string, JsonValue>;

function fillEmptyTexts(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(fillEmptyTexts);
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillEmptyTexts(item)]));
  return value === '' ? 'text' : value;
}

/** Every schema of the config with the path of its field, the root left out. */
function formFields(schema: JsonValue, path: string): [string, Schema][] {
  if (!isJsonObject(schema)) return [];
  const own: [string, Schema][] = path === '' ? [] : [[path, schema]];
  const properties = isJsonObject(schema['properties'])
    ? Object.entries(schema['properties']).flatMap(([name, sub]) => formFields(sub, `${path}/${name}`))
    : [];
  const items = schema['items'] === undefined ? [] : formFields(schema['items'], `${path}/*/item`);
  const branches = Array.isArray(schema['anyOf'])
    ? schema['anyOf'].flatMap((sub) => formFields(sub, `${path}/?/branch`))
    : [];
  return [...own, ...properties, ...items, ...branches];
}

/** Names of the fields beside the one at `path`. */
function siblingNames(config: JsonValue, path: string): string[] {
  const parent = path.slice(0, path.lastIndexOf('/'));
  const found = formFields(config, '').filter(([place]) => place.slice(0, place.lastIndexOf('/')) === parent);
  return found.map(([place]) => place.slice(place.lastIndexOf('/') + 1));
}

/** Our source files that a file loads, each with the names that it imports as values. */
function reachableFiles(entry: string): Map<string, string[]> {
  const files = new Map<string, string[]>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    const source = readFileSync(file, 'utf8');
    const imports = [...source.matchAll(/^(?:import|export) (?!type)[^;]*?from '([^']+)'/gmu)].map(
      (match) => match[1] ?? '',
    );
    files.set(file, imports);
    for (const name of imports) if (name.startsWith('.')) queue.push(resolve(dirname(file), name));
  }
  return files;
}
