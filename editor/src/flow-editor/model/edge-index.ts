import { parseEdgeSource, type FlowEdge } from '@heddle/schemas';
import { edgeKey } from './graph.ts';

/** Lookups over the edges of a document, made once per list of edges: every card and every line asks on each change. */
export interface EdgeIndex {
  /** Edge by key. */
  readonly byKey: ReadonlyMap<string, FlowEdge>;
  /** Exits of a node that lead somewhere, in document order, joined by line breaks so that equal lists are the same value. */
  readonly usedPorts: ReadonlyMap<string, string>;
}

const known = new WeakMap<readonly FlowEdge[], EdgeIndex>();

/** The index of a list of edges. O(E) the first time. */
export function indexEdges(edges: readonly FlowEdge[]): EdgeIndex {
  let index = known.get(edges);
  if (index === undefined) {
    index = { byKey: new Map(edges.map((edge) => [edgeKey(edge), edge])), usedPorts: portsByNode(edges) };
    known.set(edges, index);
  }
  return index;
}

function portsByNode(edges: readonly FlowEdge[]): Map<string, string> {
  const ports = new Map<string, Set<string>>();
  for (const edge of edges) {
    const { node, port } = parseEdgeSource(edge.from);
    const used = ports.get(node);
    if (used === undefined) ports.set(node, new Set([port]));
    else used.add(port);
  }
  return new Map([...ports].map(([node, used]) => [node, [...used].join('\n')]));
}
