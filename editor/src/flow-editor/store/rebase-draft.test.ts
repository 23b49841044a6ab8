import { applyOperations } from '@heddle/engine';
import type { DraftOperation, FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { sampleFlow } from '../testing/sample-flow.ts';
import { rebaseDraft, takeLost } from './rebase-draft.ts';

const base = sampleFlow();
const change = (...operations: DraftOperation[]): FlowDocument => applyOperations(base, operations).document;
const say = (text: string): DraftOperation => ({
  kind: 'setConfig',
  id: 'reply',
  config: { connection: '@shop', text },
});
const rename = (name: string): DraftOperation => ({ kind: 'setName', name });
const addAsk = (label: string): DraftOperation => ({
  kind: 'addNode',
  id: 'more',
  node: { type: 'demo/ask', v: 1, label, config: {} },
  at: [0, 0],
});

describe('our changes on a draft that somebody else changed', () => {
  it('are kept beside theirs, and are what is left to save', () => {
    const theirs = change(rename('Theirs'), { kind: 'moveNodes', to: { reply: [900, 900] } });
    const { document, operations, lost, isOurs } = rebaseDraft([base], change(say('Mine')), theirs);
    expect(document).toEqual({ ...theirs, nodes: { ...theirs.nodes, reply: change(say('Mine')).nodes['reply'] } });
    expect(operations).toEqual([say('Mine')]);
    expect(applyOperations(theirs, operations).document).toEqual(document);
    expect([lost, isOurs]).toEqual([[], false]);
  });

  it('give way where both changed the same, in words, and can be taken after all', () => {
    const theirs = change(say('Theirs'));
    const { document, operations, lost } = rebaseDraft([base], change(say('Mine'), rename('Mine')), theirs);
    expect(document.nodes['reply']?.config).toMatchObject({ text: 'Theirs' });
    expect(operations).toEqual([rename('Mine')]);
    expect(lost.map(({ text }) => text)).toEqual([
      'You changed "text" of the node "reply", and somebody else changed it too.',
    ]);
    expect(takeLost(document, lost)).toEqual([say('Mine')]);
    const gone = applyOperations(document, [{ kind: 'removeNode', id: 'reply' }]).document;
    expect(takeLost(gone, lost)).toEqual([]);
  });

  it('bring a node back that they removed and we changed', () => {
    const { document, lost } = rebaseDraft([base], change(say('Mine')), change({ kind: 'removeNode', id: 'reply' }));
    expect(document.nodes['reply']?.config).toMatchObject({ text: 'Mine' });
    expect(lost).toEqual([]);
  });

  it('lose a connection to a node that they removed, for good', () => {
    const mine = change({ kind: 'connect', edge: { from: 'reply.closed', to: 'tell' } });
    const { document, lost } = rebaseDraft([base], mine, change({ kind: 'removeNode', id: 'tell' }));
    expect(document.edges.some((edge) => edge.to === 'tell')).toBe(false);
    expect(lost).toHaveLength(1);
    expect(takeLost(document, lost)).toEqual([]);
  });

  it('take another id when both added a node of the same', () => {
    const { document, renamed } = rebaseDraft([base], change(addAsk('Mine')), change(addAsk('Theirs')));
    expect(document.nodes['more']?.label).toBe('Theirs');
    expect(document.nodes[renamed['more'] ?? '']?.label).toBe('Mine');
  });

  it('are not doubled when the server has them already and only its answer was lost', () => {
    const sent = change(addAsk('A'));
    const mine = applyOperations(sent, [{ kind: 'setLabel', id: 'more', label: 'AB' }]).document;
    // As it comes back: read from JSON.
    const theirs: FlowDocument = structuredClone(sent);
    expect(rebaseDraft([base, sent], mine, theirs)).toEqual({
      document: mine,
      operations: [{ kind: 'setLabel', id: 'more', label: 'AB' }],
      lost: [],
      renamed: {},
      isOurs: true,
    });
  });
});
