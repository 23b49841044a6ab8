import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import { jsonEqual } from './json-equal.ts';
import { renameNode } from './rename-node.ts';

/** An older document told in the ids of a newer one, and which nodes only have another id: old to new. */
export interface MatchedNodes {
  readonly document: FlowDocument;
  readonly renamed: Readonly<Record<string, string>>;
}

/**
 * Finds nodes that were only given another id: of the same type, with the same settings or with the same neighbours, where no second
 * node fits as well. What reads a renamed node follows, so it does not count as changed.
 *
 * O(gone × new × edges); both are few, as a node that kept its id is in neither.
 */
export function matchNodes(before: FlowDocument, after: FlowDocument): MatchedNodes {
  let document = before;
  const renamed: Record<string, string> = {};
  const gone = new Set(Object.keys(before.nodes).filter((id) => !Object.hasOwn(after.nodes, id)));
  const added = new Set(Object.keys(after.nodes).filter((id) => !Object.hasOwn(before.nodes, id)));
  for (const fits of [hasSameSettings, hasSameNeighbours]) {
    for (const id of gone) {
      const candidates = [...added].filter((other) => fits(document, id, after, other));
      const [match] = candidates;
      if (match === undefined || candidates.length > 1) continue;
      const rivals = [...gone].filter((other) => other !== id && fits(document, other, after, match));
      if (rivals.length > 0) continue;
      document = renameNode(document, id, match);
      renamed[id] = match;
      gone.delete(id);
      added.delete(match);
    }
  }
  return { document, renamed };
}

type Fits = (before: FlowDocument, id: string, after: FlowDocument, other: string) => boolean;

const hasSameSettings: Fits = (before, id, after, other) => {
  const [old, now] = [before.nodes[id], after.nodes[other]];
  return old?.type === now?.type && old?.label === now?.label && jsonEqual(old?.config, now?.config);
};

const hasSameNeighbours: Fits = (before, id, after, other) => {
  if (before.nodes[id]?.type !== after.nodes[other]?.type) return false;
  const old = neighboursOf(before, id);
  return old.length > 0 && jsonEqual(old, neighboursOf(after, other));
};

/** The edges of a node without its own id, in a fixed order. */
function neighboursOf(document: FlowDocument, id: string): string[] {
  return document.edges
    .flatMap((edge) => {
      const { node, port } = parseEdgeSource(edge.from);
      if (node === id) return [`${port} to ${edge.to === id ? 'itself' : edge.to}`];
      return edge.to === id ? [`from ${edge.from}`] : [];
    })
    .sort();
}
