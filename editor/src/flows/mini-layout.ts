import { parseEdgeSource, type FlowDocument } from '@heddle/schemas';
import type { NodeCategory } from '../theme.ts';

/** A node of a preview drawing; coordinates in the preview's own units. */
export interface MiniNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly category: NodeCategory;
}

/** A flow drawn small: boxes of one size and curves between them. */
export interface MiniFlow {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly MiniNode[];
  readonly edges: readonly { readonly key: string; readonly path: string }[];
}

/** Size of a box and distance between columns and rows, in units of the drawing. */
export const MINI_NODE = { width: 34, height: 18, column: 50, row: 28, margin: 8 } as const;

/**
 * Draws a flow from left to right for a preview: column = longest way from a start (edges that go back are left out of the count),
 * rows within a column follow the rows of the nodes before. Deterministic; nodes of unknown type count as `connect`.
 *
 * @param categoryOf Category of a node type. O(V · E).
 */
export function layOutMini(
  document: Pick<FlowDocument, 'nodes' | 'edges'>,
  categoryOf: (type: string) => NodeCategory | undefined,
): MiniFlow {
  const ids = Object.keys(document.nodes);
  const edges = document.edges
    .map((edge) => ({ from: parseEdgeSource(edge.from).node, to: edge.to }))
    .filter(
      (edge) =>
        document.nodes[edge.from] !== undefined && document.nodes[edge.to] !== undefined && edge.from !== edge.to,
    );
  const columns = columnsOf(ids, edges);
  const rows = rowsOf(ids, edges, columns);
  const { width, height, column, row, margin } = MINI_NODE;
  const placed = new Map(
    ids.map((id): [string, MiniNode] => [
      id,
      {
        id,
        x: margin + (columns.get(id) ?? 0) * column,
        y: margin + (rows.get(id) ?? 0) * row,
        category: categoryOf(document.nodes[id]?.type ?? '') ?? 'connect',
      },
    ]),
  );
  const nodes = [...placed.values()];
  return {
    width: Math.max(width, ...nodes.map((node) => node.x + width)) + margin,
    height: Math.max(height, ...nodes.map((node) => node.y + height)) + margin,
    nodes,
    edges: uniqueEdges(edges).flatMap(({ from, to }) => {
      const [a, b] = [placed.get(from), placed.get(to)];
      return a === undefined || b === undefined ? [] : [{ key: `${from}>${to}`, path: curve(a, b) }];
    }),
  };
}

type Edge = { readonly from: string; readonly to: string };

/** Longest path from a start, by walking depth first; an edge to a node on the current path goes back and does not count. */
function columnsOf(ids: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const columns = new Map<string, number>();
  const onPath = new Set<string>();
  const next = Map.groupBy(edges, (edge) => edge.from);
  const visit = (id: string, column: number) => {
    if (onPath.has(id) || (columns.get(id) ?? -1) >= column) return;
    columns.set(id, column);
    onPath.add(id);
    for (const edge of next.get(id) ?? []) visit(edge.to, column + 1);
    onPath.delete(id);
  };
  const targets = new Set(edges.map((edge) => edge.to));
  for (const id of ids) if (!targets.has(id)) visit(id, 0);
  for (const id of ids) if (!columns.has(id)) visit(id, 0);
  return columns;
}

/** Rows: each node near the mean row of the nodes before it, without two in one place; columns are centred on the tallest. */
function rowsOf(
  ids: readonly string[],
  edges: readonly Edge[],
  columns: ReadonlyMap<string, number>,
): Map<string, number> {
  const rows = new Map<string, number>();
  const byColumn = Map.groupBy(ids, (id) => columns.get(id) ?? 0);
  const tallest = Math.max(1, ...[...byColumn.values()].map((column) => column.length));
  for (const column of [...byColumn.keys()].sort((a, b) => a - b)) {
    const members = byColumn.get(column) ?? [];
    const wish = (id: string) => {
      const before = edges
        .filter((edge) => edge.to === id && (columns.get(edge.from) ?? 0) < column)
        .map((edge) => rows.get(edge.from) ?? 0);
      return before.length === 0 ? (tallest - 1) / 2 : before.reduce((sum, value) => sum + value, 0) / before.length;
    };
    const wishes = members.map((id) => ({ id, at: wish(id) })).sort((a, b) => a.at - b.at);
    const mean = wishes.reduce((sum, entry) => sum + entry.at, 0) / wishes.length;
    const first = Math.min(Math.max(0, mean - (wishes.length - 1) / 2), tallest - wishes.length);
    wishes.forEach((entry, index) => rows.set(entry.id, first + index));
  }
  return rows;
}

function uniqueEdges(edges: readonly Edge[]): Edge[] {
  return [...new Map(edges.map((edge) => [`${edge.from}>${edge.to}`, edge])).values()];
}

function curve(a: MiniNode, b: MiniNode): string {
  const { width, height } = MINI_NODE;
  const [x1, y1, x2, y2] = [a.x + width, a.y + height / 2, b.x, b.y + height / 2];
  const bend = Math.max(10, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
