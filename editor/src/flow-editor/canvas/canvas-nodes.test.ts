import { applyOperations } from '@heddle/engine';
import { describe, expect, it } from 'vitest';
import { sampleFlow } from '../testing/sample-flow.ts';
import { mergeEdges, mergeNodes, movedNodes } from './canvas-nodes.ts';
import { nextSelection } from './next-selection.ts';

const NONE = { nodes: [], edges: [], notes: [] };

describe('what React Flow draws', () => {
  it('keeps cards that did not change, and their measured size', () => {
    const document = sampleFlow();
    const first = mergeNodes([], document, document.layout ?? {}, NONE).map((node) => ({
      ...node,
      measured: { width: 280, height: 99 },
    }));
    const next = applyOperations(document, [{ kind: 'moveNodes', to: { ask: [5, 5] } }]).document;
    const merged = mergeNodes(first, next, next.layout ?? {}, { ...NONE, nodes: ['set'] });
    const find = (id: string) => merged.find((node) => node.id === id);
    expect(find('asked')).toBe(first.find((node) => node.id === 'asked'));
    expect(find('ask')).toMatchObject({ position: { x: 5, y: 5 }, measured: { height: 99 } });
    expect(find('set')?.selected).toBe(true);
    expect([...movedNodes(first, merged).keys()]).toEqual(['ask']);
  });

  it('leaves a card that is being dragged under the pointer', () => {
    const document = sampleFlow();
    const first = mergeNodes([], document, document.layout ?? {}, NONE).map((node) => ({
      ...node,
      dragging: true,
      position: { x: 7, y: 7 },
    }));
    expect(mergeNodes(first, document, document.layout ?? {}, NONE)[0]?.position).toEqual({ x: 7, y: 7 });
  });

  it('draws notes below cards, and no edge to a missing node', () => {
    const document = sampleFlow();
    document.notes = [{ id: 'n', text: 'x', at: [1, 2] }];
    document.edges.push({ from: 'set.done', to: 'gone' });
    expect(mergeNodes([], document, document.layout ?? {}, NONE)[0]).toMatchObject({
      id: 'note:n',
      type: 'note',
      width: 220,
    });
    const edges = mergeEdges([], document, NONE);
    expect(edges).toHaveLength(4);
    expect(mergeEdges(edges, document, { ...NONE, edges: [edges[0]?.id ?? ''] })[1]).toBe(edges[1]);
  });
});

it('follows selections of cards, notes and edges, and knows when nothing changed', () => {
  const changed = nextSelection(
    NONE,
    [
      { type: 'select', id: 'a', selected: true },
      { type: 'select', id: 'note:n', selected: true },
    ],
    [{ type: 'select', id: 'e', selected: true }],
  );
  expect(changed).toEqual({ nodes: ['a'], notes: ['n'], edges: ['e'] });
  expect(nextSelection(changed, [{ type: 'select', id: 'a', selected: true }], [])).toBe(changed);
});
