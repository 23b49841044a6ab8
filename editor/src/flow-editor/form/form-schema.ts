/** Reads config schemas for forms: which widget draws a field, what it is called, when it is shown, what a new value is. No React. */
import { FORM_WIDGETS, isJsonObject, type FormWidget, type JsonObject, type JsonValue } from '@heddle/schemas';

/** Name of a widget. */
export type WidgetName = FormWidget;

/** One property of an object schema. */
export interface FormField {
  readonly name: string;
  readonly schema: JsonObject;
  readonly isRequired: boolean;
}

/** Fields under one heading; those without a heading come first. */
export interface FormGroup {
  readonly title: string | null;
  readonly fields: readonly FormField[];
}

/** The properties of an object schema in document order. Fixed values, which nobody can edit, are left out. */
export function fieldsOf(schema: JsonObject): FormField[] {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, property]) =>
    isJsonObject(property) && !Object.hasOwn(property, 'const') && property['x-hidden'] !== true
      ? [{ name, schema: property, isRequired: required.includes(name) }]
      : [],
  );
}

/** Fields by their `x-group`, groups in order of their first field. */
export function groupFields(fields: readonly FormField[]): FormGroup[] {
  const groups = new Map<string | null, FormField[]>([[null, []]]);
  for (const field of fields) {
    const title = textHint(field.schema, 'x-group') ?? null;
    const list = groups.get(title);
    if (list === undefined) groups.set(title, [field]);
    else list.push(field);
  }
  return [...groups].filter(([, list]) => list.length > 0).map(([title, list]) => ({ title, fields: list }));
}

/** Whether `x-show-if` (sibling → value, or list of values) holds for the object that the field belongs to. */
export function isShown(field: FormField, siblings: JsonObject): boolean {
  const rule = field.schema['x-show-if'];
  if (!isJsonObject(rule)) return true;
  return Object.entries(rule).every(([name, wanted]) => {
    const value = siblings[name];
    return Array.isArray(wanted) ? wanted.some((option) => option === value) : wanted === value;
  });
}

/** The widget that a schema asks for, else the one that fits its type. Unknown names are treated as no hint. */
export function widgetOf(schema: JsonObject): WidgetName {
  const hint = FORM_WIDGETS.find((name) => name === schema['x-widget']);
  return hint ?? widgetForType(schema);
}

function widgetForType(schema: JsonObject): WidgetName {
  if (Array.isArray(schema['enum'])) return 'select';
  if (branchesOf(schema).length > 0)
    return branchesOf(schema).every((branch) => Object.hasOwn(branch, 'const')) ? 'select' : 'one-of';
  switch (typeOf(schema)) {
    case 'string':
      return schema['format'] === 'date-time' ? 'date-time' : 'template';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'switch';
    case 'array':
      return isJsonObject(schema['items']) &&
        typeOf(schema['items']) === 'string' &&
        !Object.hasOwn(schema['items'], 'enum')
        ? 'keywords'
        : 'list';
    case 'object':
      return isJsonObject(schema['properties'])
        ? 'group'
        : isJsonObject(schema['patternProperties']) || isJsonObject(schema['additionalProperties'])
          ? 'record'
          : 'json';
    default:
      return 'json';
  }
}

/** The JSON type of a schema; the first that is not null when it names several. */
export function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  const first = Array.isArray(type) ? type.find((entry) => entry !== 'null') : type;
  if (typeof first === 'string') return first;
  if (isJsonObject(schema['properties'])) return 'object';
  return Object.hasOwn(schema, 'items') ? 'array' : undefined;
}

/** The alternatives of a union, empty for anything else. */
export function branchesOf(schema: JsonObject): JsonObject[] {
  const branches = schema['anyOf'] ?? schema['oneOf'];
  return Array.isArray(branches) ? branches.filter(isJsonObject) : [];
}

/** The alternative that a value belongs to: its fixed values fit; else the first. */
export function branchOf(branches: readonly JsonObject[], value: JsonValue | undefined): JsonObject | undefined {
  return branches.find((branch) => fixedValuesFit(branch, value)) ?? branches[0];
}

function fixedValuesFit(branch: JsonObject, value: JsonValue | undefined): boolean {
  if (Object.hasOwn(branch, 'const')) return branch['const'] === value;
  const properties = branch['properties'];
  if (!isJsonObject(properties)) return typeOf(branch) === jsonTypeOf(value);
  if (!isJsonObject(value)) return false;
  return Object.entries(properties).every(([name, property]) => {
    if (!isJsonObject(property)) return true;
    if (Object.hasOwn(property, 'const')) return property['const'] === value[name];
    return !Array.isArray(property['enum']) || value[name] === undefined || property['enum'].includes(value[name]);
  });
}

function jsonTypeOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** What an alternative is called: its title, else its fixed value. */
export function titleOfBranch(branch: JsonObject): string {
  const title = textHint(branch, 'title');
  if (title !== undefined) return title;
  const fixed = Object.values(isJsonObject(branch['properties']) ? branch['properties'] : {}).find(
    (property) => isJsonObject(property) && Object.hasOwn(property, 'const'),
  );
  return isJsonObject(fixed)
    ? sentenceCase(String(fixed['const']))
    : sentenceCase(String(branch['const'] ?? typeOf(branch) ?? 'Value'));
}

/** One entry of a select. */
export interface EnumOption {
  readonly value: JsonValue;
  readonly label: string;
}

/** The allowed values with their titles: `x-enum-titles` is an object by value or a list in order. */
export function optionsOf(schema: JsonObject): EnumOption[] {
  const values = Array.isArray(schema['enum'])
    ? schema['enum']
    : branchesOf(schema).map((branch) => branch['const'] ?? null);
  const titles = schema['x-enum-titles'];
  return values.map((value, index) => {
    const given = Array.isArray(titles) ? titles[index] : isJsonObject(titles) ? titles[String(value)] : undefined;
    const ofBranch = branchesOf(schema)[index]?.['title'];
    return {
      value,
      label: typeof given === 'string' ? given : typeof ofBranch === 'string' ? ofBranch : sentenceCase(String(value)),
    };
  });
}

/** The title of a field; without one, its name in words. */
export function titleOf(schema: JsonObject, name: string): string {
  return textHint(schema, 'title') ?? sentenceCase(name);
}

/** A text property of a schema. */
export function textHint(schema: JsonObject, name: string): string | undefined {
  const value = schema[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number property of a schema. */
export function numberHint(schema: JsonObject, name: string): number | undefined {
  const value = schema[name];
  return typeof value === 'number' ? value : undefined;
}

/** `startsWith` gives `Starts with`. */
export function sentenceCase(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replaceAll(/[-_]+/gu, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value to begin with: the default, else the smallest that has the right shape. Optional properties are left out unless they have a default. */
export function newValue(schema: JsonObject): JsonValue {
  if (Object.hasOwn(schema, 'default')) return structuredClone(schema['default'] ?? null);
  if (Object.hasOwn(schema, 'const')) return schema['const'] ?? null;
  if (Array.isArray(schema['enum'])) return schema['enum'][0] ?? null;
  const [branch] = branchesOf(schema);
  if (branch !== undefined) return newValue(branch);
  switch (typeOf(schema)) {
    case 'string':
      return '';
    case 'number':
    case 'integer':
      return numberHint(schema, 'minimum') ?? 0;
    case 'boolean':
      return false;
    case 'array': {
      const { items } = schema;
      return Array.from({ length: numberHint(schema, 'minItems') ?? 0 }, () =>
        isJsonObject(items) ? newValue(items) : null,
      );
    }
    case 'object':
      return newObject(schema);
    default:
      return null;
  }
}

function newObject(schema: JsonObject): JsonObject {
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]): [string, JsonValue][] =>
      isJsonObject(property) && (required.includes(name) || Object.hasOwn(property, 'default'))
        ? [[name, newValue(property)]]
        : [],
    ),
  );
}

/** The object with one property set; an optional property that is emptied is taken out, so that "not set" has one form. */
export function withProperty(
  object: JsonObject,
  field: Pick<FormField, 'name' | 'isRequired'>,
  value: JsonValue | undefined,
): JsonObject {
  if (value === undefined || (!field.isRequired && value === '')) {
    const { [field.name]: _removed, ...rest } = object;
    return rest;
  }
  return { ...object, [field.name]: value };
}

/** Fields that a change brought up get their first value, if they have one or need one, so that what the form shows is in the config. */
export function withNewlyShown(schema: JsonObject, before: JsonObject, after: JsonObject): JsonObject {
  const fresh = fieldsOf(schema).filter(
    (field) =>
      after[field.name] === undefined &&
      isShown(field, after) &&
      !isShown(field, before) &&
      (field.isRequired || Object.hasOwn(field.schema, 'default')),
  );
  return fresh.length === 0
    ? after
    : { ...after, ...Object.fromEntries(fresh.map((field) => [field.name, newValue(field.schema)])) };
}
