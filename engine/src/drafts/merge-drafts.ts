import { parseEdgeSource, type FlowDocument, type FlowEdge, type FlowNode, type JsonValue } from '@heddle/schemas';
import { sameEdge } from './apply-operation.ts';
import { diffOperations } from './diff-operations.ts';
import { jsonEqual } from './json-equal.ts';
import { newNodeId } from './new-node-id.ts';
import { renameNode } from './rename-node.ts';

/** One thing that both sides changed, each in another way. The merged document has it as in `theirs`. */
export interface MergeConflict {
  /** Keys from the document down, such as `['nodes', 'reply', 'config', 'text']`; an edge is `['edges', 'a.out>b']`. */
  readonly path: readonly string[];
  readonly base: JsonValue | undefined;
  readonly mine: JsonValue | undefined;
  readonly theirs: JsonValue | undefined;
  /** What happened, in words. */
  readonly text: string;
}

export interface MergedDraft {
  readonly document: FlowDocument;
  readonly conflicts: readonly MergeConflict[];
  /** Nodes of `mine` that had to take another id, because both sides added one of the same id: old id to new. */
  readonly renamed: Readonly<Record<string, string>>;
}

type Json = JsonValue | undefined;
type Entries = Readonly<Record<string, unknown>>;

/**
 * Brings two changed copies of one draft together. What only one side changed is taken from that side: nodes by id, their settings
 * field by field, edges, inputs, accounts, tests by name, notes and places. What was removed on one side and changed on the other is
 * kept, since it is easier to remove again than to write again; it is a conflict all the same.
 *
 * Pure and total. With `theirs` equal to `base` the result is `mine`, and the other way round.
 */
export function mergeDrafts(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): MergedDraft {
  const { document: ours, renamed } = renameTwins(base, mine, theirs);
  const conflicts: MergeConflict[] = [];
  const head = mergeEntries(withoutLists(base), withoutLists(ours), withoutLists(theirs), [], conflicts);
  // Every part was taken from one of three documents, and the required ones are in all of them.
  const parts = head as unknown as FlowDocument;
  const nodes = mergeNodes(base, ours, theirs, conflicts);
  const edges = mergeEdges(base, ours, theirs, nodes, conflicts);
  const notes = mergeList(base.notes, ours.notes, theirs.notes, (note) => note.id, 'notes', conflicts);
  const tests = mergeList(base.tests, ours.tests, theirs.tests, (test) => test.name, 'tests', conflicts);
  const layout = Object.fromEntries(Object.entries(parts.layout ?? {}).filter(([id]) => Object.hasOwn(nodes, id)));
  const { layout: _all, ...rest } = parts;
  const document: FlowDocument = {
    ...rest,
    nodes,
    edges,
    ...(Object.keys(layout).length === 0 ? {} : { layout }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(tests.length === 0 ? {} : { tests }),
  };
  return { document, conflicts, renamed };
}

/** Operations that put `mine` in the place of what the document has for a conflict. */
export function takeMine(document: FlowDocument, { path, mine }: MergeConflict) {
  if (path[0] === 'edges') {
    const [from = '', to = ''] = (path[1] ?? '').split('>');
    const others = document.edges.filter((edge) => !sameEdge(edge, { from, to }));
    return diffOperations(document, { ...document, edges: mine === undefined ? others : [...others, { from, to }] });
  }
  if (path[0] === 'nodes' && path.length === 2 && mine === undefined)
    return [{ kind: 'removeNode' as const, id: path[1] ?? '' }];
  const list = path[0] === 'notes' ? document.notes : path[0] === 'tests' ? document.tests : undefined;
  if (list !== undefined) {
    const nameOf = (item: object): unknown => Reflect.get(item, path[0] === 'notes' ? 'id' : 'name');
    const rest = list.map((item) => (nameOf(item) === path[1] ? mine : item)).filter((item) => item !== undefined);
    return diffOperations(document, { ...document, [path[0] ?? '']: rest });
  }
  // The conflict was found in documents of this shape, at this path.
  return diffOperations(document, withValueAt(document, path, mine) as FlowDocument);
}

/** Ids are made from the node type, so two people who add the same type get the same one: mine takes the next free one. */
function renameTwins(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument) {
  const renamed: Record<string, string> = {};
  let document = mine;
  for (const [id, node] of Object.entries(mine.nodes)) {
    if (Object.hasOwn(base.nodes, id) || !Object.hasOwn(theirs.nodes, id) || jsonEqual(node, theirs.nodes[id]))
      continue;
    const taken = { nodes: { ...base.nodes, ...theirs.nodes, ...document.nodes } };
    const free = newNodeId(taken, node.type);
    document = renameNode(document, id, free);
    renamed[id] = free;
  }
  return { document, renamed };
}

function withoutLists(document: FlowDocument): Entries {
  const { nodes: _nodes, edges: _edges, notes: _notes, tests: _tests, ...head } = document;
  return head;
}

/** Parts whose entries are things of their own; what lies deeper is one value. */
const MAPS = new Set(['inputs', 'connections', 'settings', 'plugins', 'layout']);

function mergeEntries(
  base: Entries,
  mine: Entries,
  theirs: Entries,
  path: readonly string[],
  conflicts: MergeConflict[],
): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
    const [b, m, t] = [own(base, key), own(mine, key), own(theirs, key)];
    const here = [...path, key];
    const value =
      path.length === 0 && MAPS.has(key) ? mergeMap(b, m, t, here, conflicts) : choose(b, m, t, here, conflicts);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

function mergeMap(base: unknown, mine: unknown, theirs: unknown, path: readonly string[], conflicts: MergeConflict[]) {
  const merged = mergeEntries(Object(base ?? {}), Object(mine ?? {}), Object(theirs ?? {}), path, conflicts);
  return Object.keys(merged).length === 0 ? undefined : merged;
}

/** The value of the side that changed it; of theirs, with a conflict, when both did. Something beats nothing. */
function choose(base: unknown, mine: unknown, theirs: unknown, path: readonly string[], conflicts: MergeConflict[]) {
  if (jsonEqual(mine, theirs) || jsonEqual(mine, base)) return theirs;
  if (jsonEqual(theirs, base)) return mine;
  conflicts.push(conflictAt(path, base, mine, theirs));
  return theirs ?? mine;
}

function conflictAt(path: readonly string[], base: unknown, mine: unknown, theirs: unknown): MergeConflict {
  const verb = mine === undefined ? 'removed' : 'changed';
  const other = theirs === undefined ? 'removed' : mine === undefined ? 'changed' : 'changed it too';
  const text = `You ${verb} ${describePath(path, mine ?? theirs)}, and somebody else ${other === 'changed it too' ? other : `${other} it`}.`;
  // Parts of documents are JSON.
  return { path, base: base as Json, mine: mine as Json, theirs: theirs as Json, text };
}

const PART_NAMES: Readonly<Record<string, string>> = {
  nodes: 'the node',
  inputs: 'the input',
  connections: 'the account',
  settings: 'the setting',
  plugins: 'the version of the plugin',
  layout: 'the place of the node',
  notes: 'the note',
  tests: 'the test',
};

/** `"text" of the node "reply"`, `the input "keyword"`, `the name`. A node that is there as a whole is called by its label. */
function describePath([part = '', name, ...rest]: readonly string[], value: unknown): string {
  if (name === undefined) return `the ${part}`;
  const label: unknown = part === 'nodes' && rest.length === 0 ? Object(value)['label'] : undefined;
  const thing = `${PART_NAMES[part] ?? part} "${typeof label === 'string' && label !== '' ? label : name}"`;
  const field = rest.filter((key) => key !== 'config').at(-1);
  return field === undefined ? thing : `"${field}" of ${thing}`;
}

function mergeNodes(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument, conflicts: MergeConflict[]) {
  const nodes: Record<string, FlowNode> = {};
  for (const id of new Set([...Object.keys(theirs.nodes), ...Object.keys(mine.nodes)])) {
    const [b, m, t] = [own(base.nodes, id), own(mine.nodes, id), own(theirs.nodes, id)];
    const path = ['nodes', id];
    const isSameType = m !== undefined && t !== undefined && m.type === t.type && m.v === t.v;
    const node = b !== undefined && isSameType ? mergeNode(b, m, t, path, conflicts) : choose(b, m, t, path, conflicts);
    // One of three nodes, or one put together from their parts.
    if (node !== undefined) nodes[id] = node as FlowNode;
  }
  return nodes;
}

function mergeNode(
  base: FlowNode,
  mine: FlowNode,
  theirs: FlowNode,
  path: readonly string[],
  conflicts: MergeConflict[],
) {
  const { config: b, ...baseRest } = base;
  const { config: m, ...mineRest } = mine;
  const { config: t, ...theirRest } = theirs;
  const merged = mergeEntries(baseRest, mineRest, theirRest, path, conflicts);
  return { ...merged, config: mergeEntries(b, m, t, [...path, 'config'], conflicts) };
}

function mergeEdges(
  base: FlowDocument,
  mine: FlowDocument,
  theirs: FlowDocument,
  nodes: Readonly<Record<string, FlowNode>>,
  conflicts: MergeConflict[],
): FlowEdge[] {
  if (jsonEqual(mine.edges, base.edges) && jsonEqual(mine.nodes, base.nodes)) return theirs.edges;
  if (jsonEqual(theirs.edges, base.edges) && jsonEqual(theirs.nodes, base.nodes)) return mine.edges;
  const has = (edges: readonly FlowEdge[], edge: FlowEdge) => edges.some((other) => sameEdge(edge, other));
  // A node that was removed on one side and kept for the changes of the other keeps its edges as well.
  const isRescued = (id: string) =>
    Object.hasOwn(nodes, id) &&
    Object.hasOwn(mine.nodes, id) !== Object.hasOwn(theirs.nodes, id) &&
    Object.hasOwn(base.nodes, id);
  const stays = (edge: FlowEdge): boolean => {
    const [inBase, inMine, inTheirs] = [has(base.edges, edge), has(mine.edges, edge), has(theirs.edges, edge)];
    if (inMine && inTheirs) return true;
    return !inBase || isRescued(parseEdgeSource(edge.from).node) || isRescued(edge.to);
  };
  const all = [...theirs.edges, ...mine.edges.filter((edge) => !has(theirs.edges, edge))].filter(stays);
  return all.filter((edge) => {
    const gone = [parseEdgeSource(edge.from).node, edge.to].filter((id) => !Object.hasOwn(nodes, id));
    // One that led nowhere before is not our matter.
    if (gone.every((id) => !Object.hasOwn(base.nodes, id))) return true;
    const key = `${edge.from}>${edge.to}`;
    const [m, t] = [has(mine.edges, edge), has(theirs.edges, edge)].map((is) => (is ? key : undefined));
    conflicts.push({
      path: ['edges', key],
      base: undefined,
      mine: m,
      theirs: t,
      text: `${m === undefined ? 'Somebody else' : 'You'} connected "${edge.from}" to "${edge.to}", but "${gone.join('", "')}" was removed.`,
    });
    return false;
  });
}

function mergeList<Item extends object>(
  base: readonly Item[] | undefined,
  mine: readonly Item[] | undefined,
  theirs: readonly Item[] | undefined,
  nameOf: (item: Item) => string,
  part: string,
  conflicts: MergeConflict[],
): Item[] {
  if (jsonEqual(mine ?? [], base ?? [])) return [...(theirs ?? [])];
  if (jsonEqual(theirs ?? [], base ?? [])) return [...(mine ?? [])];
  const byName = (items: readonly Item[] | undefined) =>
    Object.fromEntries((items ?? []).map((item) => [nameOf(item), item]));
  const merged = mergeEntries(byName(base), byName(mine), byName(theirs), [part], conflicts);
  // Each is an item of one of the three lists.
  return Object.values(merged) as Item[];
}

function withValueAt(current: unknown, path: readonly string[], value: Json): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const { [key]: old, ...others } = Object(current ?? {}) as Record<string, unknown>;
  const next = withValueAt(old, rest, value);
  return next === undefined ? others : { ...others, [key]: next };
}

function own<Value>(entries: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}
