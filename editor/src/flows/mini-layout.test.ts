import type { FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { layOutMini } from './mini-layout.ts';

function flow(
  edges: readonly [string, string][],
  alone: readonly string[] = [],
): Pick<FlowDocument, 'nodes' | 'edges'> {
  const ids = [...new Set([...edges.flatMap(([from, to]) => [from.split('.')[0] ?? from, to]), ...alone])];
  return {
    nodes: Object.fromEntries(ids.map((id) => [id, { type: 'core/stop', v: 1, config: {} }])),
    edges: edges.map(([from, to]) => ({ from, to })),
  };
}
const draw = (document: Pick<FlowDocument, 'nodes' | 'edges'>) => layOutMini(document, () => 'logic');
const column = (document: ReturnType<typeof draw>, id: string) => document.nodes.find((node) => node.id === id)?.x;

describe('layOutMini', () => {
  it('puts a node to the right of everything before it', () => {
    const drawn = draw(
      flow([
        ['a.ok', 'b'],
        ['b.ok', 'c'],
        ['a.no', 'c'],
      ]),
    );
    expect(column(drawn, 'a')).toBeLessThan(column(drawn, 'b') ?? 0);
    expect(column(drawn, 'b')).toBeLessThan(column(drawn, 'c') ?? 0);
  });

  it('ends on a circle', () => {
    expect(
      draw(
        flow([
          ['a.ok', 'b'],
          ['b.ok', 'a'],
          ['b.no', 'b'],
        ]),
      ).nodes,
    ).toHaveLength(2);
  });

  it('never puts two nodes in one place and keeps everything in the picture', () => {
    const drawn = draw(
      flow(
        [
          ['a.x', 'b'],
          ['a.y', 'c'],
          ['a.z', 'd'],
          ['b.x', 'e'],
          ['c.x', 'e'],
        ],
        ['lone'],
      ),
    );
    const places = drawn.nodes.map((node) => `${node.x},${node.y}`);
    expect(new Set(places).size).toBe(places.length);
    for (const node of drawn.nodes) {
      expect(node.x).toBeGreaterThanOrEqual(0);
      expect(node.y).toBeGreaterThanOrEqual(0);
      expect(node.x).toBeLessThan(drawn.width);
      expect(node.y).toBeLessThan(drawn.height);
    }
  });

  it('draws one curve for several ports to the same node', () => {
    expect(
      draw(
        flow([
          ['a.x', 'b'],
          ['a.y', 'b'],
        ]),
      ).edges,
    ).toHaveLength(1);
  });

  it('draws an empty flow', () => {
    expect(draw({ nodes: {}, edges: [] }).nodes).toEqual([]);
  });
});
