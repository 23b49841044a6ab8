import { isJsonObject, type FlowDocument, type FlowEdge, type FlowNode, type JsonValue } from '@heddle/schemas';
import { escapePointer } from '../expressions/index.ts';
import { sameEdge } from './apply-operation.ts';

/** One value that differs; undefined on the side where it is not there. */
export interface FieldChange {
  /** JSON pointer below the thing that changed. */
  readonly path: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** One difference between two versions, as a person would tell it. `text` is that sentence. */
export type FlowDifference =
  | { readonly kind: 'nodeAdded' | 'nodeRemoved'; readonly node: string; readonly text: string }
  | {
      readonly kind: 'nodeChanged';
      readonly node: string;
      readonly fields: readonly FieldChange[];
      readonly text: string;
    }
  | { readonly kind: 'edgeAdded' | 'edgeRemoved'; readonly edge: FlowEdge; readonly text: string }
  | {
      readonly kind: 'partChanged';
      readonly part: DocumentPart;
      readonly fields: readonly FieldChange[];
      readonly text: string;
    }
  | { readonly kind: 'layoutChanged'; readonly text: string };

const PARTS = {
  name: 'name',
  description: 'description',
  inputs: 'inputs',
  connections: 'accounts',
  settings: 'settings',
  plugins: 'plugins',
  tests: 'tests',
  template: 'gallery entry',
} as const;
/** Parts that are compared as a whole. */
export type DocumentPart = keyof typeof PARTS;

/** What differs between two documents: nodes, connections, other parts; where things lie on the canvas comes last, as one entry. */
export function diffFlows(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  return [
    ...diffNodes(before, after),
    ...diffEdges(before, after),
    ...diffParts(before, after),
    ...diffLayout(before, after),
  ];
}

function diffNodes(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  const differences: FlowDifference[] = [];
  for (const [id, node] of Object.entries(before.nodes)) {
    const other = Object.hasOwn(after.nodes, id) ? after.nodes[id] : undefined;
    if (other === undefined) {
      differences.push({ kind: 'nodeRemoved', node: id, text: `Removed "${titleOf(node)}".` });
      continue;
    }
    const fields = diffValues(node, other, '');
    if (fields.length > 0)
      differences.push({
        kind: 'nodeChanged',
        node: id,
        fields,
        text: `Changed "${titleOf(other)}": ${fields.map((field) => field.path.replace(/^\/config\//u, '').slice(0, 80)).join(', ')}.`,
      });
  }
  for (const [id, node] of Object.entries(after.nodes)) {
    if (!Object.hasOwn(before.nodes, id))
      differences.push({ kind: 'nodeAdded', node: id, text: `Added "${titleOf(node)}".` });
  }
  return differences;
}

function diffEdges(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  const isIn = (edges: readonly FlowEdge[], edge: FlowEdge) => edges.some((candidate) => sameEdge(candidate, edge));
  const removed = before.edges.filter((edge) => !isIn(after.edges, edge));
  const added = after.edges.filter((edge) => !isIn(before.edges, edge));
  return [
    ...removed.map((edge): FlowDifference => ({
      kind: 'edgeRemoved',
      edge,
      text: `Disconnected ${describeEdge(before, edge)}.`,
    })),
    ...added.map((edge): FlowDifference => ({
      kind: 'edgeAdded',
      edge,
      text: `Connected ${describeEdge(after, edge)}.`,
    })),
  ];
}

function diffParts(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  return (Object.keys(PARTS) as DocumentPart[]).flatMap((part): FlowDifference[] => {
    const fields = diffValues(before[part], after[part], '');
    return fields.length === 0 ? [] : [{ kind: 'partChanged', part, fields, text: `Changed the ${PARTS[part]}.` }];
  });
}

function diffLayout(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  const moved = Object.keys(after.nodes).some(
    (id) => Object.hasOwn(before.nodes, id) && diffValues(before.layout?.[id], after.layout?.[id], '').length > 0,
  );
  return moved || diffValues(before.notes, after.notes, '').length > 0
    ? [{ kind: 'layoutChanged', text: 'Moved things or changed notes on the canvas.' }]
    : [];
}

function diffValues(
  before: JsonValue | object | undefined,
  after: JsonValue | object | undefined,
  path: string,
): FieldChange[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item: JsonValue, index) => diffValues(item, after[index], `${path}/${index}`));
  }
  if (isJsonObject(before) && isJsonObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      diffValues(ownValue(before, key), ownValue(after, key), `${path}/${escapePointer(key)}`),
    );
  }
  // Documents hold JSON only.
  return [{ path, before: before as JsonValue | undefined, after: after as JsonValue | undefined }];
}

function ownValue(object: Readonly<Record<string, JsonValue>>, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function describeEdge(document: FlowDocument, edge: FlowEdge): string {
  const dot = edge.from.indexOf('.');
  const source = document.nodes[edge.from.slice(0, dot)];
  const target = document.nodes[edge.to];
  return `"${source === undefined ? edge.from : titleOf(source)}" (${edge.from.slice(dot + 1)}) to "${target === undefined ? edge.to : titleOf(target)}"`;
}

function titleOf(node: FlowNode): string {
  return node.label !== undefined && node.label !== '' ? node.label : node.type;
}
