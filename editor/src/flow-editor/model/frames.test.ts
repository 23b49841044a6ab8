import { applyOperations } from '@heddle/engine';
import type { FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { contentsOfFrame, frameAround, withContents } from './frames.ts';

const node = { type: 'test/say', v: 1, config: {} };
const layout: Record<string, [number, number]> = { a: [0, 0], b: [400, 0], c: [2000, 0] };
const document: FlowDocument = {
  formatVersion: 1,
  name: 'Test',
  nodes: { a: node, b: node, c: node },
  edges: [],
  layout,
  notes: [{ id: 'n', text: 'Why', at: [0, 300], size: [200, 100] }],
};

describe('frames', () => {
  it('are drawn around what is chosen and hold it', () => {
    const { id, operation } = frameAround(document, layout, { nodes: ['a', 'b'], notes: ['n'] }, [0, 0]);
    const framed = applyOperations(document, [operation]).document;
    const frame = framed.notes?.[0];
    expect(frame).toMatchObject({ id: 'frame1', isFrame: true });
    if (frame === undefined) throw new Error('No frame');
    expect(contentsOfFrame(framed, layout, frame)).toEqual({ nodes: ['a', 'b'], notes: ['n'] });
    expect(withContents(framed, layout, { nodes: ['c'], notes: [id] })).toEqual({
      nodes: ['c', 'a', 'b'],
      notes: ['frame1', 'n'],
    });
    expect(withContents(framed, layout, { nodes: [], notes: ['n'] })).toEqual({ nodes: [], notes: ['n'] });
  });

  it('are empty when nothing is chosen', () => {
    const { operation } = frameAround(document, layout, { nodes: [], notes: [] }, [1000, 1000]);
    expect(operation).toMatchObject({ note: { at: [760, 840], size: [480, 320] } });
  });
});
