/** What a node may read: the list of the field picker. */
import { isJsonObject, type FlowDocument, type JsonObject, type JsonValue } from '@heddle/schemas';
import { nodesBefore, portsLeadingTo, portsOfNode, titleOfNode } from './graph.ts';
import type { NodeCatalog } from './node-catalog.ts';

/** One value to pick. */
export interface AvailableField {
  /** As written in an expression: `contact.firstName`. */
  readonly path: string;
  readonly title: string;
  readonly description?: string;
  /** JSON type, or `any` when the schema does not say. */
  readonly type: string;
}

/** Fields of one origin, under one heading. */
export interface FieldGroup {
  readonly key: string;
  readonly title: string;
  readonly fields: readonly AvailableField[];
}

const CONTACT: readonly AvailableField[] = [
  { path: 'contact.firstName', title: 'First name', type: 'string' },
  { path: 'contact.name', title: 'Full name', type: 'string' },
  { path: 'contact.username', title: 'User name', type: 'string' },
  { path: 'contact.language', title: 'Language', type: 'string' },
  { path: 'contact.timeZone', title: 'Time zone', type: 'string' },
  { path: 'contact.isFollower', title: 'Follows us', type: 'boolean' },
  { path: 'contact.isVerified', title: 'Is verified', type: 'boolean' },
  { path: 'contact.tags', title: 'Tags', type: 'array' },
  { path: 'contact.isOptedOut', title: 'Has opted out', type: 'boolean' },
];

const RUN: readonly AvailableField[] = [
  { path: 'now', title: 'This moment', description: 'Date and time in UTC', type: 'string' },
  { path: 'run.id', title: 'Run id', type: 'string' },
];

/** How deep the properties of an output are listed; what lies deeper can be typed by hand. */
const MAX_DEPTH = 3;

/**
 * The values that can be read at a node, by origin: what started the run, the contact, nodes passed before (nearest first), inputs,
 * variables and, behind an `error` exit, the error.
 *
 * @param nodeId Node whose form asks; undefined lists what is known everywhere.
 */
export function availableFields(
  document: FlowDocument,
  catalog: NodeCatalog,
  nodeId: string | undefined,
): FieldGroup[] {
  const before = nodeId === undefined ? [] : nodesBefore(document, nodeId);
  const isTrigger = (id: string) => catalog.find(document.nodes[id]?.type ?? '')?.role === 'trigger';
  const triggers = before.filter(isTrigger);
  const others = before.filter((id) => !isTrigger(id) && id !== nodeId);
  const groups: FieldGroup[] = [
    {
      key: 'trigger',
      title: triggerTitle(document, catalog, triggers),
      fields: unique(triggers.flatMap((id) => outputFields(document, catalog, id, nodeId, 'trigger'))),
    },
    {
      key: 'contact',
      title: 'Contact',
      fields: [...CONTACT.slice(0, 3), ...contactFields(document, catalog), ...CONTACT.slice(3)],
    },
    ...others.map((id) => ({
      key: `node:${id}`,
      title: titleAt(document, catalog, id),
      fields: outputFields(document, catalog, id, nodeId, `nodes.${id}`),
    })),
    {
      key: 'inputs',
      title: 'Inputs of this flow',
      fields: Object.entries(document.inputs ?? {}).map(([name, input]) => ({
        path: `inputs.${name}`,
        title: input.label,
        type: input.type === 'number' || input.type === 'boolean' ? input.type : 'string',
      })),
    },
    {
      key: 'vars',
      title: 'Variables',
      fields: assignedNames(document, catalog, 'vars').map((name) => ({
        path: `vars.${name}`,
        title: name,
        type: 'any',
      })),
    },
    {
      key: 'error',
      title: 'Error',
      fields: nodeId !== undefined && followsError(document, before, nodeId) ? ERROR_FIELDS : [],
    },
    { key: 'run', title: 'More', fields: RUN },
  ];
  return groups.filter((group) => group.fields.length > 0);
}

const ERROR_FIELDS: readonly AvailableField[] = [
  { path: 'error.message', title: 'What went wrong', type: 'string' },
  { path: 'error.code', title: 'Error code', type: 'string' },
  { path: 'error.node', title: 'Node that failed', type: 'string' },
];

/** The groups with only those fields whose title, path or heading holds the search. */
export function searchFields(groups: readonly FieldGroup[], search: string): FieldGroup[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return [...groups];
  return groups
    .map((group) => ({
      ...group,
      fields: group.fields.filter((field) =>
        `${field.title} ${field.path} ${group.title}`.toLowerCase().includes(wanted),
      ),
    }))
    .filter((group) => group.fields.length > 0);
}

/** The name of a value for people; the path itself when nobody named it. */
export function titleOfPath(groups: readonly FieldGroup[], path: string): string {
  for (const group of groups) for (const field of group.fields) if (field.path === path) return field.title;
  return path;
}

function triggerTitle(document: FlowDocument, catalog: NodeCatalog, triggers: readonly string[]): string {
  const [only, ...rest] = triggers;
  return only !== undefined && rest.length === 0 ? titleAt(document, catalog, only) : 'What started the flow';
}

function titleAt(document: FlowDocument, catalog: NodeCatalog, id: string): string {
  const node = document.nodes[id];
  return node === undefined ? id : titleOfNode(node, catalog);
}

/** The outputs of a node on the exits that lead to the reader; those of all its exits when it is not placed before. */
function outputFields(
  document: FlowDocument,
  catalog: NodeCatalog,
  id: string,
  reader: string | undefined,
  root: string,
): AvailableField[] {
  const node = document.nodes[id];
  if (node === undefined) return [];
  const leading = reader === undefined ? new Set<string>() : portsLeadingTo(document, id, reader);
  const ports = portsOfNode(catalog.find(node.type), node.config).filter(
    (port) => port.name !== 'error' && (leading.size === 0 || leading.has(port.name)),
  );
  // What people put into texts comes first; ids are for settings.
  return unique(ports.flatMap((port) => fieldsOfSchema(port.output, root, MAX_DEPTH))).toSorted(
    (a, b) => Number(isId(a)) - Number(isId(b)),
  );
}

function isId(field: AvailableField): boolean {
  return /Ids?$/u.test(field.path);
}

function fieldsOfSchema(schema: JsonValue, path: string, depth: number): AvailableField[] {
  if (!isJsonObject(schema)) return [];
  const properties = schema['properties'];
  if (!isJsonObject(properties) || depth === 0) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isJsonObject(property)) return [];
    const below = fieldsOfSchema(property, `${path}.${name}`, depth - 1);
    return below.length > 0 ? below : [fieldOf(property, `${path}.${name}`, name)];
  });
}

function fieldOf(schema: JsonObject, path: string, name: string): AvailableField {
  const { title, description, type } = schema;
  const known = Array.isArray(type) ? type.find((entry) => entry !== 'null') : type;
  return {
    path,
    title: typeof title === 'string' ? title : name,
    type: typeof known === 'string' ? known : 'any',
    ...(typeof description === 'string' ? { description } : {}),
  };
}

/** Custom fields of the contact that some node of the flow writes. */
function contactFields(document: FlowDocument, catalog: NodeCatalog): AvailableField[] {
  return assignedNames(document, catalog, 'contact.fields').map((name) => ({
    path: `contact.fields.${name}`,
    title: name,
    type: 'any',
  }));
}

/**
 * Names that the nodes of a flow write below a root. A definition says so in its config schema: a text property with
 * `x-assigns: "vars"` or `"contact.fields"`, at the top or in a list of objects, holds such a name.
 */
function assignedNames(document: FlowDocument, catalog: NodeCatalog, root: 'vars' | 'contact.fields'): string[] {
  const names = new Set<string>();
  for (const node of Object.values(document.nodes))
    collectNames(catalog.find(node.type)?.config, node.config, root, names);
  return [...names].toSorted();
}

function collectNames(
  schema: JsonValue | undefined,
  value: JsonValue | undefined,
  root: string,
  names: Set<string>,
): void {
  if (!isJsonObject(schema) || value === undefined) return;
  if (schema['x-assigns'] === root && typeof value === 'string' && /^[\w-]+$/u.test(value)) names.add(value);
  if (Array.isArray(value)) for (const item of value) collectNames(schema['items'], item, root, names);
  const properties = schema['properties'];
  if (isJsonObject(value) && isJsonObject(properties)) {
    for (const [name, property] of Object.entries(properties)) collectNames(property, value[name], root, names);
  }
}

function followsError(document: FlowDocument, before: readonly string[], nodeId: string): boolean {
  const reach = new Set([...before, nodeId]);
  return document.edges.some((edge) => edge.from.endsWith('.error') && reach.has(edge.to));
}

function unique(fields: readonly AvailableField[]): AvailableField[] {
  return [...new Map(fields.map((field) => [field.path, field])).values()];
}
