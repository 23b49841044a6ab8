import { applyOperations, validateFlow } from '@heddle/engine';
import type { FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { catalog, sampleFlow } from '../testing/sample-flow.ts';
import { copyNodes, findCopiedNodes, pasteNodes } from './copy-paste.ts';

function copied(ids: string[]) {
  const document = sampleFlow();
  const found = findCopiedNodes(copyNodes(document, document.layout ?? {}, ids));
  if (found === undefined) throw new Error('what was copied must be found');
  return found;
}

describe('copy and paste', () => {
  it('takes the edges between the copied nodes and the accounts they name', () => {
    const { nodes, edges, layout, connections } = copied(['reply', 'ask']);
    expect(Object.keys(nodes)).toEqual(['reply', 'ask']);
    expect(edges).toEqual([{ from: 'reply.sent', to: 'ask' }]);
    expect(layout).toEqual({ reply: [0, 0], ask: [376, 0] });
    expect(Object.keys(connections)).toEqual(['shop']);
  });

  it('gives free ids within a flow and follows them in templates', () => {
    const document = sampleFlow();
    const { ids, operations } = pasteNodes(document, copied(['ask', 'set']), [10, 20]);
    expect(ids).toEqual(['ask2', 'set2']);
    const pasted = applyOperations(document, operations).document;
    expect(pasted.nodes['set2']?.config).toEqual({ values: [{ name: 'color', value: '{{ nodes.ask2.text }}' }] });
    expect(pasted.edges.at(-1)).toEqual({ from: 'ask2.yes', to: 'set2' });
    expect(pasted.layout?.['ask2']).toEqual([10, 20]);
  });

  it('joins accounts by platform in another flow, or brings them along', () => {
    const other: FlowDocument = {
      formatVersion: 1,
      name: 'Other',
      connections: { main: { platform: 'demo', label: 'Main' } },
      nodes: {},
      edges: [],
    };
    const joined = applyOperations(other, pasteNodes(other, copied(['asked', 'reply']), [0, 0]).operations).document;
    expect(joined.nodes['reply']?.config['connection']).toBe('@main');
    const { connections: _none, ...bare } = other;
    const brought = applyOperations(bare, pasteNodes(bare, copied(['asked', 'reply']), [0, 0]).operations).document;
    expect(brought.connections).toEqual({ shop: { platform: 'demo', label: 'Shop' } });
    expect(validateFlow(brought, catalog.registry).filter((issue) => issue.severity === 'error')).toEqual([]);
  });

  it('reads a whole exported flow and nothing else', () => {
    expect(Object.keys(findCopiedNodes(JSON.stringify(sampleFlow()))?.nodes ?? {})).toHaveLength(5);
    for (const text of [
      '',
      'hello',
      '{}',
      '[]',
      '{"formatVersion":9,"nodes":{}}',
      '{"formatVersion":1,"nodes":{"a":{"type":5}}}',
    ])
      expect(findCopiedNodes(text)).toBeUndefined();
  });
});
