import { applyOperations, diffFlows } from '@heddle/engine';
import type { FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { drawComparison, nodesOfDifference } from './compare-drawing.ts';

const say = (text: string) => ({ type: 'test/say', v: 1, config: { text } });
const before: FlowDocument = {
  formatVersion: 1,
  name: 'Test',
  nodes: { s: { type: 'test/start', v: 1, config: {} }, a: say('A'), b: say('B') },
  edges: [
    { from: 's.out', to: 'a' },
    { from: 'a.out', to: 'b' },
  ],
  layout: { s: [0, 0], a: [400, 0], b: [800, 0] },
  notes: [{ id: 'n', text: 'Why', at: [0, 300] }],
};
const after = applyOperations(before, [
  { kind: 'removeNode', id: 'a' },
  { kind: 'setConfig', id: 'b', config: { text: 'B2' } },
  { kind: 'addNode', id: 'wait', node: { type: 'test/wait', v: 1, config: {} }, at: [420, 10] },
  { kind: 'connect', edge: { from: 's.out', to: 'wait' } },
  { kind: 'setNote', id: 'n', note: null },
]).document;
const sizeOf = () => () => ({ width: 280, height: 150 });

describe('a comparison on the canvas', () => {
  const differences = diffFlows(before, after);
  const { document, overlay } = drawComparison(before, after, differences, sizeOf);

  it('marks what came, changed and went, and shows it all', () => {
    expect(overlay.changes).toEqual({
      nodes: { a: 'removed', b: 'changed', wait: 'added' },
      edges: { 's.out->a': 'removed', 'a.out->b': 'removed', 's.out->wait': 'added' },
      notes: { n: 'removed' },
    });
    expect(Object.keys(document.nodes).toSorted()).toEqual(['a', 'b', 's', 'wait']);
    expect(document.edges).toHaveLength(3);
    expect(document.notes?.map(({ id }) => id)).toEqual(['n']);
  });

  it('keeps the newer cards where they are and covers none of them', () => {
    expect(document.layout).toEqual({ ...after.layout, a: [400, 200] });
  });

  it('knows where each change is', () => {
    expect(differences.map(nodesOfDifference)).toEqual([
      ['a'],
      ['b'],
      ['wait'],
      ['s', 'a'],
      ['a', 'b'],
      ['s', 'wait'],
      [],
    ]);
  });
});
