import { applyOperations } from '@heddle/engine';
import type { FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { ask, commentTrigger, sampleFlow, sendMessage, setVariable } from '../testing/sample-flow.ts';
import { addNode, mainPort, openPort, placeAfter } from './add-node.ts';

describe('adding a node', () => {
  it('takes the account of the flow, or adds one', () => {
    const document = sampleFlow();
    expect(addNode(document, sendMessage, { kind: 'free', at: [0, 0] }).operations).toEqual([
      {
        kind: 'addNode',
        id: 'sendMessage',
        node: { type: 'demo/send-message', v: 1, config: { text: '', connection: '@shop' } },
        at: [0, 0],
      },
    ]);
    const empty: FlowDocument = { formatVersion: 1, name: 'New', nodes: {}, edges: [] };
    const made = applyOperations(empty, addNode(empty, sendMessage, { kind: 'free', at: [0, 0] }).operations).document;
    expect(made.connections).toEqual({ demo: { platform: 'demo', label: 'Your Demo account' } });
    expect(made.nodes['sendMessage']?.config['connection']).toBe('@demo');
  });

  it('joins it to an exit', () => {
    const document = sampleFlow();
    const { document: next } = applyOperations(
      document,
      addNode(document, setVariable, { kind: 'after', node: 'reply', port: 'closed', at: [1, 2] }).operations,
    );
    expect(next.edges.at(-1)).toEqual({ from: 'reply.closed', to: 'set2' });
  });

  it('puts it into an edge, and undoing that restores the flow', () => {
    const document = sampleFlow();
    const applied = applyOperations(
      document,
      addNode(document, sendMessage, { kind: 'onEdge', edge: { from: 'reply.sent', to: 'ask' }, at: [1, 2] })
        .operations,
    );
    expect(applied.document.edges).toContainEqual({ from: 'reply.sent', to: 'sendMessage' });
    expect(applied.document.edges).toContainEqual({ from: 'sendMessage.sent', to: 'ask' });
    expect(applied.document.edges).not.toContainEqual({ from: 'reply.sent', to: 'ask' });
    expect(applyOperations(applied.document, applied.inverse).document).toEqual(document);
  });

  it('never leads into a trigger', () => {
    const document = sampleFlow();
    expect(
      addNode(document, commentTrigger, { kind: 'after', node: 'reply', port: 'sent', at: [0, 0] }).operations.map(
        (operation) => operation.kind,
      ),
    ).toEqual(['addNode']);
  });

  it('finds the exit to go on from', () => {
    const document = sampleFlow();
    expect(mainPort(ask, { choices: [{ id: 'yes', label: 'Yes' }] })).toBe('answered');
    expect(openPort(document, 'reply', sendMessage)).toBe('closed');
    expect(openPort(document, 'tell', sendMessage)).toBe('sent');
  });

  it('finds a place that no card covers', () => {
    expect(placeAfter(sampleFlow().layout ?? {}, 'asked')).not.toEqual([376, 0]);
    expect(placeAfter({ only: [0, 0] }, 'only')).toEqual([376, 0]);
  });
});
