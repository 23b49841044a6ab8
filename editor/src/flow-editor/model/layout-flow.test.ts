import { describe, expect, it } from 'vitest';
import { sampleFlow } from '../testing/sample-flow.ts';
import { isLayoutMissing, layoutFlow, layoutOf } from './layout-flow.ts';

const sizeOf = () => ({ width: 280, height: 180 });

describe('layout', () => {
  it('places what follows to the right, without overlap, in whole numbers', () => {
    const document = sampleFlow();
    const layout = layoutFlow(document, sizeOf);
    const x = (id: string) => layout[id]?.[0] ?? Number.NaN;
    expect(x('asked')).toBeLessThan(x('reply'));
    expect(x('reply')).toBeLessThan(x('ask'));
    expect(x('tell')).toBe(x('ask'));
    const places = Object.values(layout);
    for (const [index, [left, top]] of places.entries()) {
      expect(Number.isInteger(left) && Number.isInteger(top)).toBe(true);
      for (const [otherLeft, otherTop] of places.slice(index + 1))
        expect(Math.abs(left - otherLeft) >= 280 || Math.abs(top - otherTop) >= 180).toBe(true);
    }
  });

  it('is the same each time and bears circles and edges to nowhere', () => {
    const document = sampleFlow();
    document.edges.push(
      { from: 'set.done', to: 'reply' },
      { from: 'set.done', to: 'gone' },
      { from: 'gone.done', to: 'set' },
    );
    expect(layoutFlow(document, sizeOf)).toEqual(layoutFlow(document, sizeOf));
  });

  it('keeps stored places and puts the rest below them', () => {
    const document = sampleFlow();
    expect(layoutOf(document, sizeOf)).toBe(document.layout);
    document.nodes['late'] = { type: 'demo/set', v: 1, config: {} };
    expect(isLayoutMissing(document)).toBe(true);
    const layout = layoutOf(document, sizeOf);
    expect(layout['asked']).toEqual([0, 0]);
    expect(layout['late']?.[1]).toBeGreaterThanOrEqual(480);
  });
});
