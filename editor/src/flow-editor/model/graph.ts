/** Reads the graph of a flow document: ports, edges, what lies before a node. Plain functions, no React. */
import { portsOf } from '@heddle/engine';
import {
  parseEdgeSource,
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type JsonObject,
  type NodeDefinitionData,
} from '@heddle/schemas';
import type { NodeCatalog } from './node-catalog.ts';

/** One exit as the canvas draws it. */
export interface PortView {
  readonly name: string;
  readonly title: string;
  readonly tone: 'default' | 'positive' | 'negative';
  readonly output: JsonObject;
  /** The `error` exit, which is drawn only when it is used or asked for. */
  readonly isQuiet: boolean;
}

/** What every node can fail with; read as `error.…` behind the exit. */
export const ERROR_PORT: PortView = {
  name: 'error',
  title: 'If it fails',
  tone: 'negative',
  isQuiet: true,
  output: {
    type: 'object',
    properties: { code: { type: 'string', title: 'Error code' }, message: { type: 'string', title: 'Error message' } },
  },
};

const TIMEOUT_PORT: PortView = {
  name: 'timeout',
  title: 'No answer in time',
  tone: 'negative',
  isQuiet: false,
  output: { type: 'object' },
};

/** The exits of a node in drawing order: declared and made ones, `timeout` where it waits for a reply, `error` last. Triggers cannot fail. */
export function portsOfNode(definition: NodeDefinitionData | undefined, config: JsonObject): PortView[] {
  if (definition === undefined) return [];
  const declared = Object.entries(portsOf(definition, config)).map(([name, spec]) => ({
    name,
    title: spec.title,
    tone: spec.tone ?? 'default',
    output: spec.output,
    isQuiet: false,
  }));
  if (definition.role === 'trigger') return declared;
  const hasTimeout = declared.some((port) => port.name === 'timeout');
  return [...declared, ...(definition.lint.waitsForReply === true && !hasTimeout ? [TIMEOUT_PORT] : []), ERROR_PORT];
}

/** A stable name of an edge; a document never holds the same edge twice. */
export function edgeKey(edge: FlowEdge): string {
  return `${edge.from}->${edge.to}`;
}

/** Edges that leave a node, in document order. */
export function edgesFrom(document: FlowDocument, nodeId: string): FlowEdge[] {
  return document.edges.filter((edge) => parseEdgeSource(edge.from).node === nodeId);
}

/** Edges that enter a node, in document order. */
export function edgesTo(document: FlowDocument, nodeId: string): FlowEdge[] {
  return document.edges.filter((edge) => edge.to === nodeId);
}

/** Every node from which `nodeId` can be reached, nearest first, each once; itself only when it lies on a circle. O(V · E). */
export function nodesBefore(document: FlowDocument, nodeId: string): string[] {
  const found = new Set<string>();
  let frontier = [nodeId];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const id of frontier) {
      for (const edge of edgesTo(document, id)) {
        const { node } = parseEdgeSource(edge.from);
        if (!found.has(node) && Object.hasOwn(document.nodes, node)) {
          found.add(node);
          next.push(node);
        }
      }
    }
    frontier = next;
  }
  return [...found];
}

/** The exits of `fromId` by which `toId` can be reached. */
export function portsLeadingTo(document: FlowDocument, fromId: string, toId: string): Set<string> {
  const before = new Set([...nodesBefore(document, toId), toId]);
  return new Set(
    edgesFrom(document, fromId)
      .filter((edge) => before.has(edge.to))
      .map((edge) => parseEdgeSource(edge.from).port),
  );
}

/** The name a person gave the node, else the title of its type. */
export function titleOfNode(node: FlowNode, catalog: NodeCatalog): string {
  return node.label ?? catalog.find(node.type)?.title ?? node.type;
}

/** Why an edge cannot be drawn, in words; null when it can. */
export function refuseEdge(
  document: FlowDocument,
  catalog: NodeCatalog,
  from: { node: string; port: string },
  to: string,
): string | null {
  const target = document.nodes[to];
  if (target === undefined || document.nodes[from.node] === undefined) return 'This node is not there any more.';
  if (from.node === to) return 'A node cannot lead to itself.';
  if (catalog.find(target.type)?.role === 'trigger') return 'A starting point has nothing before it.';
  if (document.edges.some((edge) => edge.from === `${from.node}.${from.port}` && edge.to === to))
    return 'These two are connected already.';
  return null;
}

/** The neighbour in a direction of reading: along the edges for left and right, between siblings for up and down. */
export function neighbourOf(
  document: FlowDocument,
  nodeId: string,
  direction: 'left' | 'right' | 'up' | 'down',
  at: (id: string) => readonly [number, number],
): string | undefined {
  const after = edgesFrom(document, nodeId).map((edge) => edge.to);
  const before = edgesTo(document, nodeId).map((edge) => parseEdgeSource(edge.from).node);
  const [x, y] = at(nodeId);
  const byDistance = (ids: readonly string[]) =>
    ids.toSorted((a, b) => distance(at(a), [x, y]) - distance(at(b), [x, y]));
  if (direction === 'right') return byDistance(after)[0];
  if (direction === 'left') return byDistance(before)[0];
  const siblings = new Set([
    ...before.flatMap((id) => edgesFrom(document, id).map((edge) => edge.to)),
    ...after.flatMap((id) => edgesTo(document, id).map((edge) => parseEdgeSource(edge.from).node)),
  ]);
  siblings.delete(nodeId);
  const beyond = (id: string) => (direction === 'down' ? at(id)[1] > y : at(id)[1] < y);
  const near = byDistance([...siblings].filter(beyond))[0];
  return near ?? byDistance(Object.keys(document.nodes).filter((id) => id !== nodeId && beyond(id)))[0];
}

function distance(a: readonly [number, number], b: readonly [number, number]): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
