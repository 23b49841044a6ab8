import type { FlowDocument } from '@heddle/schemas';
import { estimateCardSize } from '../model/card-size.ts';
import { portsOfNode } from '../model/graph.ts';
import type { CardSize } from '../model/layout-flow.ts';
import type { NodeCatalog } from '../model/node-catalog.ts';
import type { CanvasNode } from './canvas-nodes.ts';

/** The size of each card: as measured, or a guess from its exits while it is not drawn yet. */
export function cardSizes(
  document: FlowDocument,
  catalog: NodeCatalog,
  nodes: readonly CanvasNode[],
): (id: string) => CardSize {
  const measured = new Map(nodes.map((node) => [node.id, node.measured]));
  return (id) => {
    const { width, height } = measured.get(id) ?? {};
    if (width !== undefined && height !== undefined) return { width, height };
    const node = document.nodes[id];
    const definition = node === undefined ? undefined : catalog.find(node.type);
    return estimateCardSize(
      portsOfNode(definition, node?.config ?? {}).filter((port) => !port.isQuiet).length,
      definition?.preview !== undefined,
    );
  };
}
