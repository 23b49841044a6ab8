import type { FlowDocument, FlowNode } from '@heddle/schemas';

/** A draft as it is published: pinned outputs are for trying it out and stay behind. The same document when there are none. */
export function withoutPins(document: FlowDocument): FlowDocument {
  if (Object.values(document.nodes).every((node) => node.pin === undefined)) return document;
  const nodes = Object.entries(document.nodes).map(([id, node]): [string, FlowNode] => {
    const { pin: _pin, ...rest } = node;
    return [id, rest];
  });
  return { ...document, nodes: Object.fromEntries(nodes) };
}
