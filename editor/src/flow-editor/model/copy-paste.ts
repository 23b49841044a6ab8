/** Copies parts of flows as JSON text, within a flow and between flows. */
import {
  FLOW_FORMAT_VERSION,
  FlowNoteSchema,
  isJsonObject,
  parseEdgeSource,
  validatorOf,
  type DraftOperation,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type FlowNote,
  type FlowSlot,
  type JsonValue,
} from '@heddle/schemas';
import type { Contents } from './frames.ts';
import { freeName } from './free-name.ts';
import type { Layout } from './layout-flow.ts';

/** What lies on the clipboard. `layout` is relative to the upper left corner of the copied cards. */
export interface CopiedNodes {
  readonly heddle: 'nodes';
  readonly formatVersion: number;
  readonly nodes: Readonly<Record<string, FlowNode>>;
  readonly edges: readonly FlowEdge[];
  readonly layout: Layout;
  readonly connections: Readonly<Record<string, FlowSlot>>;
  /** Notes and frames, with places relative to the same corner. */
  readonly notes: readonly FlowNote[];
}

/** Upper left corner of what is chosen. */
export function cornerOf(document: FlowDocument, layout: Layout, { nodes, notes }: Contents): [number, number] {
  const places = [
    ...nodes.map((id) => layout[id] ?? [0, 0]),
    ...(document.notes ?? []).filter((note) => notes.includes(note.id)).map((note) => note.at),
  ];
  return [Math.min(...places.map(([x = 0]) => x)), Math.min(...places.map(([, y = 0]) => y))];
}

/** The chosen nodes and notes, the edges between them, and the account slots they name, as text for the clipboard. */
export function copyNodes(
  document: FlowDocument,
  layout: Layout,
  ids: readonly string[],
  noteIds: readonly string[] = [],
): string {
  const chosen = ids.filter((id) => Object.hasOwn(document.nodes, id));
  const nodes = Object.fromEntries(
    chosen.flatMap((id) => (document.nodes[id] === undefined ? [] : [[id, document.nodes[id]]])),
  );
  const used = JSON.stringify(nodes);
  const [left, top] = cornerOf(document, layout, { nodes: chosen, notes: noteIds });
  const copied: CopiedNodes = {
    heddle: 'nodes',
    formatVersion: FLOW_FORMAT_VERSION,
    nodes,
    edges: document.edges.filter(
      (edge) => chosen.includes(parseEdgeSource(edge.from).node) && chosen.includes(edge.to),
    ),
    layout: Object.fromEntries(
      chosen.map((id): [string, [number, number]] => [
        id,
        [(layout[id]?.[0] ?? 0) - left, (layout[id]?.[1] ?? 0) - top],
      ]),
    ),
    connections: Object.fromEntries(
      Object.entries(document.connections ?? {}).filter(([name]) => used.includes(`"@${name}"`)),
    ),
    notes: (document.notes ?? [])
      .filter((note) => noteIds.includes(note.id))
      .map((note) => ({ ...note, at: [note.at[0] - left, note.at[1] - top] })),
  };
  return JSON.stringify(copied, null, 2);
}

/** Reads a clipboard text: copied nodes, or a whole exported flow. Undefined for anything else. */
export function findCopiedNodes(text: string): CopiedNodes | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined; // Any other text on the clipboard.
  }
  if (!isJsonObject(parsed) || parsed['formatVersion'] !== FLOW_FORMAT_VERSION || !isJsonObject(parsed['nodes']))
    return undefined;
  const nodes = Object.entries(parsed['nodes']).filter((entry): entry is [string, JsonValue & FlowNode] =>
    isNode(entry[1]),
  );
  const notes = (Array.isArray(parsed['notes']) ? parsed['notes'] : []).filter(isNote);
  if (nodes.length + notes.length === 0) return undefined;
  const ids = new Set(nodes.map(([id]) => id));
  const edges = (Array.isArray(parsed['edges']) ? parsed['edges'] : [])
    .filter(isEdge)
    .filter((edge) => ids.has(edge.to) && ids.has(parseEdgeSource(edge.from).node));
  const layout = Object.entries(isJsonObject(parsed['layout']) ? parsed['layout'] : {}).filter(
    (entry): entry is [string, [number, number]] => isPair(entry[1]),
  );
  const slots = Object.entries(isJsonObject(parsed['connections']) ? parsed['connections'] : {}).filter(
    (entry): entry is [string, JsonValue & FlowSlot] => isSlot(entry[1]),
  );
  return {
    heddle: 'nodes',
    formatVersion: FLOW_FORMAT_VERSION,
    nodes: Object.fromEntries(nodes),
    edges,
    layout: Object.fromEntries(layout),
    connections: Object.fromEntries(slots),
    notes,
  };
}

/**
 * Operations that put copied nodes into a flow, and the ids they get. Taken ids are changed, also where templates name them
 * (`nodes.<id>`); slots are joined by platform, so that a copy works with the accounts of the flow it comes into.
 *
 * @param at Where the upper left corner of the copy goes.
 */
export function pasteNodes(
  document: FlowDocument,
  copied: CopiedNodes,
  at: readonly [number, number],
): { ids: string[]; noteIds: string[]; operations: DraftOperation[] } {
  const taken = new Set(Object.keys(document.nodes));
  const renamed = new Map<string, string>();
  for (const id of Object.keys(copied.nodes)) {
    const free = freeName(id, (name) => taken.has(name));
    taken.add(free);
    renamed.set(id, free);
  }
  const { slotNames, operations } = joinSlots(document, copied);
  const rewrite = (value: JsonValue): JsonValue => rewriteText(value, renamed, slotNames);
  Object.entries(copied.nodes).forEach(([id, node], index) => {
    const [x, y] = copied.layout[id] ?? [0, index * 200];
    // Rewriting keeps the shape: texts become other texts.
    const config = rewrite(node.config) as FlowNode['config'];
    operations.push({
      kind: 'addNode',
      id: renamed.get(id) ?? id,
      node: { ...node, config },
      at: [Math.round(at[0] + x), Math.round(at[1] + y)],
    });
  });
  for (const edge of copied.edges) {
    const { node, port } = parseEdgeSource(edge.from);
    operations.push({
      kind: 'connect',
      edge: { from: `${renamed.get(node) ?? node}.${port}`, to: renamed.get(edge.to) ?? edge.to },
    });
  }
  const noteIds: string[] = [];
  const isTaken = (name: string) => noteIds.includes(name) || document.notes?.some((note) => note.id === name) === true;
  for (const note of copied.notes) {
    const id = freeName(note.id, isTaken);
    noteIds.push(id);
    const place: [number, number] = [Math.round(at[0] + note.at[0]), Math.round(at[1] + note.at[1])];
    operations.push({ kind: 'setNote', id, note: { ...note, id, at: place } });
  }
  return { ids: [...renamed.values()], noteIds, operations };
}

function joinSlots(
  document: FlowDocument,
  copied: CopiedNodes,
): { slotNames: Map<string, string>; operations: DraftOperation[] } {
  const slotNames = new Map<string, string>();
  const operations: DraftOperation[] = [];
  const own = Object.entries(document.connections ?? {});
  for (const [name, slot] of Object.entries(copied.connections)) {
    const same =
      own.find(([ownName, ownSlot]) => ownName === name && ownSlot.platform === slot.platform) ??
      own.find(([, ownSlot]) => ownSlot.platform === slot.platform);
    if (same !== undefined) {
      slotNames.set(name, same[0]);
      continue;
    }
    const free = freeName(name, (candidate) => own.some(([ownName]) => ownName === candidate));
    slotNames.set(name, free);
    operations.push({ kind: 'setSlot', name: free, slot });
  }
  return { slotNames, operations };
}

function rewriteText(
  value: JsonValue,
  ids: ReadonlyMap<string, string>,
  slots: ReadonlyMap<string, string>,
): JsonValue {
  if (typeof value === 'string') {
    const slot = value.startsWith('@') ? slots.get(value.slice(1)) : undefined;
    if (slot !== undefined) return `@${slot}`;
    return value.replaceAll(/\bnodes\.([a-z][\w-]*)/gu, (match, id: string) =>
      ids.has(id) ? `nodes.${ids.get(id)}` : match,
    );
  }
  if (Array.isArray(value)) return value.map((item) => rewriteText(item, ids, slots));
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewriteText(item, ids, slots)]));
  return value;
}

function isNode(value: JsonValue): boolean {
  return (
    isJsonObject(value) &&
    typeof value['type'] === 'string' &&
    typeof value['v'] === 'number' &&
    isJsonObject(value['config'])
  );
}

function isEdge(value: JsonValue): value is JsonValue & FlowEdge {
  return isJsonObject(value) && typeof value['from'] === 'string' && typeof value['to'] === 'string';
}

function isNote(value: JsonValue): value is JsonValue & FlowNote {
  return validatorOf(FlowNoteSchema).check(value);
}

function isPair(value: JsonValue): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number');
}

function isSlot(value: JsonValue): boolean {
  return isJsonObject(value) && typeof value['platform'] === 'string' && typeof value['label'] === 'string';
}
