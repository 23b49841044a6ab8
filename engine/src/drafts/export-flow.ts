import { FLOW_SCHEMA_URL, isJsonObject, type FlowDocument, type JsonValue } from '@heddle/schemas';

/** Order of the parts of an exported document: what a reader wants to know first stands first. */
const PART_ORDER = [
  '$schema',
  'formatVersion',
  'name',
  'description',
  'template',
  'inputs',
  'connections',
  'plugins',
  'settings',
  'nodes',
  'edges',
  'layout',
  'notes',
  'tests',
] as const satisfies (keyof FlowDocument)[];

/**
 * A document for sharing: names its schema, holds only parts of the format, and always has its keys in the same order, so that two
 * exports of the same flow are the same bytes. There is no secret to take out: accounts are slots and their bindings lie elsewhere.
 */
export function exportFlow(document: FlowDocument): FlowDocument {
  const named: FlowDocument = { ...document, $schema: FLOW_SCHEMA_URL };
  const ordered = PART_ORDER.flatMap((part) => (named[part] === undefined ? [] : [[part, sortKeys(named[part])]]));
  // Every part was taken over from a document.
  return Object.fromEntries(ordered) as FlowDocument;
}

/** The text of an exported flow: two spaces, line break at the end. */
export function toFlowJson(document: FlowDocument): string {
  return `${JSON.stringify(exportFlow(document), null, 2)}\n`;
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}
