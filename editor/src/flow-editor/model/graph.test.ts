import { describe, expect, it } from 'vitest';
import { catalog, ask, commentTrigger, sampleFlow } from '../testing/sample-flow.ts';
import { neighbourOf, nodesBefore, portsLeadingTo, portsOfNode, refuseEdge } from './graph.ts';

describe('exits', () => {
  it('lists made exits by their titles, then declared ones, the time limit of a wait, and the error last', () => {
    expect(
      portsOfNode(ask, { choices: [{ id: 'yes', label: 'Yes please' }] }).map((port) => [port.name, port.title]),
    ).toEqual([
      ['yes', 'Yes please'],
      ['answered', 'Answered'],
      ['timeout', 'No answer in time'],
      ['error', 'If it fails'],
    ]);
  });

  it('gives a trigger no error exit', () => {
    expect(portsOfNode(commentTrigger, {}).map((port) => port.name)).toEqual(['matched']);
  });
});

describe('the graph', () => {
  it('knows what lies before a node, nearest first, also on a circle', () => {
    const document = sampleFlow();
    expect(nodesBefore(document, 'set')).toEqual(['ask', 'reply', 'asked']);
    document.edges.push({ from: 'set.done', to: 'reply' });
    expect(nodesBefore(document, 'reply')).toEqual(['asked', 'set', 'ask', 'reply']);
  });

  it('knows by which exits a node is reached', () => {
    expect([...portsLeadingTo(sampleFlow(), 'reply', 'set')]).toEqual(['sent']);
  });

  it('says why an edge cannot be drawn', () => {
    const document = sampleFlow();
    const refuse = (from: string, port: string, to: string) => refuseEdge(document, catalog, { node: from, port }, to);
    expect(refuse('reply', 'closed', 'set')).toBeNull();
    expect(refuse('reply', 'sent', 'ask')).toMatch(/already/);
    expect(refuse('reply', 'sent', 'reply')).toMatch(/itself/);
    expect(refuse('reply', 'sent', 'asked')).toMatch(/nothing before/);
    expect(refuse('reply', 'sent', 'gone')).toMatch(/not there/);
  });

  it('walks along edges and between siblings', () => {
    const document = sampleFlow();
    const walk = (id: string, direction: 'left' | 'right' | 'up' | 'down') =>
      neighbourOf(document, id, direction, (node) => document.layout?.[node] ?? [0, 0]);
    expect(walk('asked', 'right')).toBe('reply');
    expect(walk('reply', 'left')).toBe('asked');
    expect(walk('ask', 'down')).toBe('tell');
    expect(walk('tell', 'up')).toBe('ask');
    expect(walk('asked', 'left')).toBeUndefined();
  });
});
