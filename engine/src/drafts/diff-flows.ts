import {
  parseEdgeSource,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type JsonObject,
  type JsonValue,
} from '@heddle/schemas';
import type { DefinitionRegistry } from '../plugin/index.ts';
import { sameEdge } from './apply-operation.ts';
import { diffParts } from './diff-parts.ts';
import { diffValues } from './diff-values.ts';
import type { FieldChange, FlowDifference } from './flow-difference.ts';
import { matchNodes } from './match-nodes.ts';
import { count, isOneValue, namePlace, quote, sayChange, sayMs } from './value-words.ts';

/**
 * What differs in meaning between two documents: nodes, connections, notes, then everything else. Where things lie on the canvas, the
 * order of keys, and a node that only has another id are no differences; what is empty is not there.
 *
 * @param definitions Gives nodes and fields the titles that people know; without it they are called by type and name.
 */
export function diffFlows(
  before: FlowDocument,
  after: FlowDocument,
  definitions?: Pick<DefinitionRegistry, 'find'>,
): FlowDifference[] {
  const { document, renamed } = matchNodes(before, after);
  const oldIds = new Map(Object.entries(renamed).map(([old, now]) => [now, old]));
  const titleOf = (node: FlowNode): string => node.label || definitions?.find(node.type)?.title || node.type;
  return [
    ...diffNodes(document, after, { oldIds, titleOf, definitions }),
    ...diffEdges(document, after, titleOf),
    ...diffNotes(document, after),
    ...diffParts(document, after),
  ];
}

interface Naming {
  readonly oldIds: ReadonlyMap<string, string>;
  readonly titleOf: (node: FlowNode) => string;
  readonly definitions: Pick<DefinitionRegistry, 'find'> | undefined;
}

function diffNodes(before: FlowDocument, after: FlowDocument, naming: Naming): FlowDifference[] {
  const removed = Object.entries(before.nodes).flatMap(([id, node]): FlowDifference[] => {
    const title = naming.titleOf(node);
    return Object.hasOwn(after.nodes, id)
      ? []
      : [{ kind: 'nodeRemoved', node: id, title, text: `Removed ${quote(title)}.` }];
  });
  const rest = Object.entries(after.nodes).flatMap(([id, node]): FlowDifference[] => {
    const title = naming.titleOf(node);
    const old = Object.hasOwn(before.nodes, id) ? before.nodes[id] : undefined;
    if (old === undefined) return [{ kind: 'nodeAdded', node: id, title, text: `Added ${quote(title)}.` }];
    const fields = changesOfNode(old, node, naming);
    if (fields.length === 0) return [];
    const text = `${title}: ${fields.map((field) => field.text).join('; ')}.`;
    return [{ kind: 'nodeChanged', node: id, nodeBefore: naming.oldIds.get(id) ?? id, title, fields, text }];
  });
  return [...removed, ...rest];
}

function changesOfNode(before: FlowNode, after: FlowNode, { definitions }: Naming): FieldChange[] {
  const own: FieldChange[] = [];
  const add = (title: string, old: JsonValue | undefined, now: JsonValue | undefined, text?: string): void => {
    if ((old ?? null) !== (now ?? null))
      own.push({ title, before: old, after: now, text: text ?? sayChange(title, { before: old, after: now }, []) });
  };
  const typeTitle = (type: string): string => definitions?.find(type)?.title ?? type;
  add('Type', typeTitle(before.type), typeTitle(after.type));
  add('Name', before.label || undefined, after.label || undefined);
  const [wasOff, isOff] = [before.isDisabled === true, after.isDisabled === true];
  add('Switched off', wasOff, isOff, isOff ? 'Switched off' : 'Switched on');
  add('Tries', sayRetry(before.retry), sayRetry(after.retry));
  if (before.type !== after.type) return own;
  // Served and built-in definitions both hold a schema that is plain JSON.
  const schema = definitions?.find(after.type)?.config as JsonObject | undefined;
  const configs = { before: before.config, after: after.config };
  return [
    ...own,
    ...diffValues(before.config, after.config, isOneValue).flatMap((change): FieldChange[] => {
      const { title, schemas } = namePlace(schema, configs, change.path);
      const { before: old, after: now } = change;
      if (isEmpty(old) && isEmpty(now)) return [];
      return [{ title, before: old, after: now, text: sayChange(title, change, schemas) }];
    }),
  ];
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function sayRetry(retry: FlowNode['retry']): string | undefined {
  if (retry === undefined) return undefined;
  const pause = retry.backoff === 'exponential' ? 'growing pauses from' : 'pauses of';
  const only = retry.onlyOn === undefined ? '' : `, only after ${retry.onlyOn.join(', ')}`;
  const jitter = retry.jitter === undefined ? '' : `, varied by ${Math.round(retry.jitter * 100)} %`;
  return `${count(retry.attempts, 'try').replace('trys', 'tries')}, ${pause} ${sayMs(retry.baseMs)}${jitter}${only}`;
}

function diffEdges(before: FlowDocument, after: FlowDocument, titleOf: Naming['titleOf']): FlowDifference[] {
  const isIn = (edges: readonly FlowEdge[], edge: FlowEdge) => edges.some((candidate) => sameEdge(candidate, edge));
  const isWhole = (document: FlowDocument, edge: FlowEdge) =>
    Object.hasOwn(document.nodes, parseEdgeSource(edge.from).node) && Object.hasOwn(document.nodes, edge.to);
  const tell = (document: FlowDocument, other: FlowDocument, edge: FlowEdge, isAdded: boolean): FlowDifference => ({
    kind: isAdded ? 'edgeAdded' : 'edgeRemoved',
    edge,
    isImplied: !isWhole(other, edge),
    text: `${isAdded ? 'Connected' : 'Disconnected'} ${describeEdge(document, edge, titleOf)}.`,
  });
  return [
    ...before.edges.filter((edge) => !isIn(after.edges, edge)).map((edge) => tell(before, after, edge, false)),
    ...after.edges.filter((edge) => !isIn(before.edges, edge)).map((edge) => tell(after, before, edge, true)),
  ];
}

function describeEdge(document: FlowDocument, edge: FlowEdge, titleOf: Naming['titleOf']): string {
  const { node, port } = parseEdgeSource(edge.from);
  const [source, target] = [document.nodes[node], document.nodes[edge.to]];
  return `${quote(source === undefined ? node : titleOf(source))} (${port}) to ${quote(target === undefined ? edge.to : titleOf(target))}`;
}

/** Their words; where they lie and how large they are is no difference. */
function diffNotes(before: FlowDocument, after: FlowDocument): FlowDifference[] {
  const textsOf = (document: FlowDocument) => new Map((document.notes ?? []).map((note) => [note.id, note.text]));
  const [old, now] = [textsOf(before), textsOf(after)];
  return [
    ...[...old].flatMap(([note, text]): FlowDifference[] =>
      now.has(note) ? [] : [{ kind: 'noteRemoved', note, text: `Removed the note ${quote(text)}.` }],
    ),
    ...[...now].flatMap(([note, text]): FlowDifference[] => {
      const was = old.get(note);
      if (was === undefined) return [{ kind: 'noteAdded', note, text: `Added the note ${quote(text)}.` }];
      return was === text ? [] : [{ kind: 'noteChanged', note, text: `Note: ${quote(was)} → ${quote(text)}.` }];
    }),
  ];
}
