import {
  FlowDocumentSchema,
  parseEdgeSource,
  validatorOf,
  type DraftOperation,
  type FlowDocument,
} from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { flow } from '../../test/nodes.ts';
import { createPrng, type Prng } from '../../test/prng.ts';
import { randomFlow } from '../../test/random-flow.ts';
import { randomOperation } from '../../test/random-operation.ts';
import { applyOperations, diffOperations, mergeDrafts, takeMine } from './index.ts';

const base = flow(
  { s: ['start'], a: ['say', { text: 'Hi', times: 1 }], b: ['say', { text: 'Bye' }] },
  ['s.out>a', 'a.out>b'],
  { layout: { a: [0, 0] } },
);
const change = (...operations: DraftOperation[]): FlowDocument => applyOperations(base, operations).document;
const setText = (id: string, text: string): DraftOperation => ({ kind: 'setConfig', id, config: { text, times: 1 } });

describe('diffOperations', () => {
  it('says changes by the operations that a person would have used', () => {
    const after = change(
      setText('a', 'Hello'),
      { kind: 'removeNode', id: 'b' },
      { kind: 'addNode', id: 'c', node: { type: 'test/say', v: 1, config: { text: 'C' } }, at: [5, 5] },
      { kind: 'connect', edge: { from: 'a.out', to: 'c' } },
    );
    expect(diffOperations(base, after).map(({ kind }) => kind)).toEqual([
      'removeNode',
      'setConfig',
      'addNode',
      'connect',
    ]);
    expect(diffOperations(base, base)).toEqual([]);
  });

  it('replaces the document where no operation says it', () => {
    const after: FlowDocument = { ...base, plugins: { test: '^1.0.0' } };
    expect(diffOperations(base, after)).toEqual([{ kind: 'replaceDocument', document: after }]);
  });
});

describe('mergeDrafts', () => {
  it('takes what only one side changed, field by field', () => {
    const mine = change(
      { kind: 'setConfig', id: 'a', config: { text: 'Mine', times: 1 } },
      { kind: 'setName', name: 'M' },
    );
    const theirs = change(
      { kind: 'setConfig', id: 'a', config: { text: 'Hi', times: 3 } },
      { kind: 'moveNodes', to: { b: [9, 9] } },
    );
    const { document, conflicts } = mergeDrafts(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(document.nodes['a']?.config).toEqual({ text: 'Mine', times: 3 });
    expect([document.name, document.layout]).toEqual(['M', { a: [0, 0], b: [9, 9] }]);
  });

  it('keeps theirs where both changed the same, and can take mine afterwards', () => {
    const { document, conflicts } = mergeDrafts(base, change(setText('a', 'Mine')), change(setText('a', 'Theirs')));
    expect(document.nodes['a']?.config['text']).toBe('Theirs');
    expect(conflicts).toMatchObject([
      { path: ['nodes', 'a', 'config', 'text'], base: 'Hi', mine: 'Mine', theirs: 'Theirs' },
    ]);
    expect(conflicts[0]?.text).toBe('You changed "text" of the node "a", and somebody else changed it too.');
    const [conflict] = conflicts;
    if (conflict === undefined) throw new Error('No conflict');
    const settled = applyOperations(document, takeMine(document, conflict)).document;
    expect(settled.nodes['a']?.config['text']).toBe('Mine');
  });

  it('keeps a node that one side removed and the other changed, with its edges', () => {
    const removed = change({ kind: 'removeNode', id: 'a' });
    const changed = change(setText('a', 'Hello'));
    for (const [mine, theirs] of [
      [removed, changed],
      [changed, removed],
    ] as const) {
      const { document, conflicts } = mergeDrafts(base, mine, theirs);
      expect(document.nodes['a']?.config['text']).toBe('Hello');
      expect(document.edges).toHaveLength(2);
      expect(conflicts).toMatchObject([{ path: ['nodes', 'a'] }]);
      expect(conflicts[0]?.text).toMatch(
        /^You (removed|changed) the node "a", and somebody else (removed|changed) it\.$/u,
      );
    }
    const { document, conflicts } = mergeDrafts(base, removed, changed);
    const operations = conflicts.flatMap((conflict) => takeMine(document, conflict));
    expect(applyOperations(document, operations).document.nodes).not.toHaveProperty('a');
  });

  it('gives twins ids of their own and takes what reads them along', () => {
    const add = (text: string, more: string): DraftOperation[] => [
      { kind: 'addNode', id: 'say', node: { type: 'test/say', v: 1, config: { text } } },
      { kind: 'connect', edge: { from: 'b.out', to: 'say' } },
      { kind: 'setConfig', id: 'b', config: { text: more } },
    ];
    const mine = change(...add('mine', '{{ nodes.say.text }} {{ nodes.says.text }}'));
    const theirs = change(...add('theirs', 'Bye').slice(0, 2));
    const { document, conflicts, renamed } = mergeDrafts(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(renamed).toEqual({ say: 'say2' });
    expect([document.nodes['say']?.config['text'], document.nodes['say2']?.config['text']]).toEqual(['theirs', 'mine']);
    expect(document.nodes['b']?.config['text']).toBe('{{ nodes.say2.text }} {{ nodes.says.text }}');
    expect(document.edges.slice(2)).toEqual([
      { from: 'b.out', to: 'say' },
      { from: 'b.out', to: 'say2' },
    ]);
  });

  it('drops an edge to a node that the other side removed, and says so', () => {
    const mine = change({ kind: 'connect', edge: { from: 's.out', to: 'b' } });
    const { document, conflicts } = mergeDrafts(base, mine, change({ kind: 'removeNode', id: 'b' }));
    expect(document.edges).toEqual([{ from: 's.out', to: 'a' }]);
    expect(conflicts).toMatchObject([{ path: ['edges', 's.out>b'], mine: 's.out>b' }]);
  });

  it('merges inputs, notes and tests by name', () => {
    const note = (id: string) => ({
      kind: 'setNote' as const,
      id,
      note: { id, text: id, at: [0, 0] as [number, number] },
    });
    const input = (name: string): DraftOperation => ({ kind: 'setInput', name, input: { type: 'text', label: name } });
    const { document, conflicts } = mergeDrafts(base, change(note('n1'), input('a')), change(note('n2'), input('b')));
    expect(conflicts).toEqual([]);
    expect(document.notes?.map(({ id }) => id)).toEqual(['n2', 'n1']);
    expect(Object.keys(document.inputs ?? {}).toSorted()).toEqual(['a', 'b']);
  });
});

describe('whatever the drafts are', () => {
  const edit = (random: Prng, document: FlowDocument): FlowDocument => {
    let current = document;
    for (let i = random.int(6); i >= 0; i--) {
      const operation = randomOperation(random, current);
      if (operation.kind !== 'replaceDocument') current = applyOperations(current, [operation]).document;
    }
    return current;
  };

  it('diff and merge keep their promises', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = createPrng(seed);
      const start = edit(random, randomFlow(random));
      const mine = edit(random, start);
      const theirs = edit(random, start);
      const at = `seed ${seed}`;
      expect(applyOperations(mine, diffOperations(mine, theirs)).document, at).toEqual(theirs);
      // One side alone is that side, and the same change twice is one change.
      expect(mergeDrafts(start, mine, start), at).toEqual({ document: mine, conflicts: [], renamed: {} });
      expect(mergeDrafts(start, start, theirs), at).toEqual({ document: theirs, conflicts: [], renamed: {} });
      expect(mergeDrafts(start, mine, mine), at).toEqual({ document: mine, conflicts: [], renamed: {} });
      const merged = mergeDrafts(start, mine, theirs);
      const frozen = JSON.stringify([start, mine, theirs]);
      expect(validatorOf(FlowDocumentSchema).issues(merged.document), at).toEqual([]);
      expect(JSON.stringify([start, mine, theirs])).toBe(frozen);
      for (const edge of merged.document.edges) {
        expect(merged.document.nodes, at).toHaveProperty(edge.to);
        expect(merged.document.nodes, at).toHaveProperty(parseEdgeSource(edge.from).node);
      }
      // Whoever comes first, the two find the same conflicts.
      const swapped = mergeDrafts(start, theirs, mine);
      const paths = (conflicts: typeof merged.conflicts) => conflicts.map(({ path }) => path.join('/')).toSorted();
      if (Object.keys(merged.renamed).length === 0)
        expect(paths(swapped.conflicts), at).toEqual(paths(merged.conflicts));
      for (const conflict of merged.conflicts) {
        const { document } = applyOperations(merged.document, takeMine(merged.document, conflict));
        expect(validatorOf(FlowDocumentSchema).issues(document), at).toEqual([]);
      }
    }
  });
});
