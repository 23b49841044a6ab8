import { FlowDocumentSchema, validatorOf, type DraftOperation, type FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { flow, registry } from '../../test/nodes.ts';
import { createPrng } from '../../test/prng.ts';
import { randomFlow } from '../../test/random-flow.ts';
import { randomOperation } from '../../test/random-operation.ts';
import { applyOperations, diffFlows } from './index.ts';
import { renameNode } from './rename-node.ts';

const base = flow(
  { s: ['start'], a: ['say', { text: 'Hi', times: 1 }], b: ['say', { text: 'Bye {{ nodes.a.text }}' }] },
  ['s.out>a', 'a.out>b'],
  { layout: { a: [0, 0] }, notes: [{ id: 'n', text: 'Hello', at: [0, 0] }] },
);
const change = (...operations: DraftOperation[]): FlowDocument => applyOperations(base, operations).document;
const texts = (after: FlowDocument, before = base): string[] =>
  diffFlows(before, after, registry).map((difference) => difference.text);

describe('diffFlows', () => {
  it('finds nothing between documents that mean the same', () => {
    const same = change(
      { kind: 'moveNodes', to: { a: [500, 5], b: [1, 1] } },
      { kind: 'setNote', id: 'n', note: { id: 'n', text: 'Hello', at: [90, 90], size: [300, 300] } },
    );
    expect(diffFlows(base, structuredClone(base))).toEqual([]);
    expect(diffFlows(base, same)).toEqual([]);
    expect(diffFlows(base, { ...base, nodes: Object.fromEntries(Object.entries(base.nodes).reverse()) })).toEqual([]);
  });

  it('tells what changed as a person would', () => {
    const after = change(
      { kind: 'setConfig', id: 'a', config: { text: 'Hello', times: 2 } },
      { kind: 'setLabel', id: 'a', label: 'Greeting' },
      { kind: 'removeNode', id: 'b' },
      { kind: 'addNode', id: 'w', node: { type: 'test/wait', v: 1, config: { ms: 5 } } },
      { kind: 'connect', edge: { from: 'a.out', to: 'w' } },
      { kind: 'setName', name: 'Renamed' },
      { kind: 'setSettings', settings: { priority: 80, cooldownMs: 7_200_000 } },
      { kind: 'setNote', id: 'n', note: { id: 'n', text: 'Bye', at: [0, 0] } },
      { kind: 'setInput', name: 'price', input: { type: 'text', label: 'Price' } },
    );
    expect(texts(after)).toEqual([
      'Removed “Say”.',
      'Greeting: Name: added “Greeting”; Text: “Hi” → “Hello”; Times: 1 → 2.',
      'Added “Wait”.',
      'Disconnected “Say” (out) to “Say”.',
      'Connected “Greeting” (out) to “Wait”.',
      'Note: “Hello” → “Bye”.',
      'Name of the flow: “Test” → “Renamed”.',
      'Settings: Priority: 50 → 80; Pause between two starts for one contact: none → 2 hours.',
      'Inputs: added “Price”.',
    ]);
    const [edge] = diffFlows(base, after).filter(({ kind }) => kind === 'edgeRemoved');
    expect(edge).toMatchObject({ edge: { from: 'a.out', to: 'b' }, isImplied: true });
  });

  it('tells what changed in a label or default of an input, and which tests did', () => {
    const given = { events: [{ kind: 'test/begin' }] };
    const one = change(
      { kind: 'setInput', name: 'price', input: { type: 'text', label: 'Price', default: '10' } },
      {
        kind: 'setTests',
        tests: [
          { name: 'old', given, expect: [{ runs: 1 }] },
          { name: 'kept', given, expect: [{ runs: 1 }] },
        ],
      },
    );
    const two = applyOperations(one, [
      { kind: 'setInput', name: 'price', input: { type: 'text', label: 'Price', default: '12' } },
      {
        kind: 'setTests',
        tests: [
          { name: 'kept', given, expect: [{ runs: 2 }] },
          { name: 'new', given, expect: [{ runs: 1 }] },
        ],
      },
    ]).document;
    expect(texts(two, one)).toEqual([
      'Inputs: “Price” › Default: “10” → “12”.',
      'Test cases: removed “old”; changed “kept”; added “new”.',
    ]);
  });

  it('says what is put in and taken out of a list, and what is one value', () => {
    const withConfig = (config: object): FlowDocument =>
      // The wait has no such settings; only the differences count here.
      ({ ...base, nodes: { ...base.nodes, a: { type: 'test/wait', v: 1, config } } }) as unknown as FlowDocument;
    const before = withConfig({
      words: ['one', 'two'],
      pause: { amount: 1, unit: 'hours' },
      parts: [{ text: 'A' }, { text: 'B' }, { text: 'C' }],
      when: { $: 'a' },
      isOn: true,
      empty: '',
    });
    const after = withConfig({
      words: ['two', 'three', 'four'],
      pause: { amount: 2, unit: 'hours' },
      parts: [{ text: 'A' }, { text: 'X' }, { text: 'B2' }, { text: 'C' }],
      when: { $: 'b' },
      isOn: false,
    });
    const [only, ...more] = diffFlows(before, after, registry);
    expect(more).toEqual([]);
    expect(only?.kind === 'nodeChanged' && only.fields.map(({ text }) => text)).toEqual([
      'Words 1: removed “one”',
      'Words 2: added “three”',
      'Words 3: added “four”',
      'Pause: 1 hour → 2 hours',
      'Parts 2 › Text: “B” → “X”',
      'Parts 3: added “B2”',
      'When: {{ a }} → {{ b }}',
      'Is on: on → off',
    ]);
  });

  it('takes a node with another id for the same node', () => {
    const renamed = renameNode(base, 'a', 'greeting');
    expect(diffFlows(base, renamed)).toEqual([]);
    // Renamed and changed: its neighbours tell.
    const both = applyOperations(renamed, [{ kind: 'setConfig', id: 'greeting', config: { text: 'Hello' } }]).document;
    expect(diffFlows(base, both, registry)).toMatchObject([
      { kind: 'nodeChanged', node: 'greeting', nodeBefore: 'a', text: 'Say: Text: “Hi” → “Hello”; Times: removed 1.' },
    ]);
    // Two that fit: nobody can say which is which.
    const twins = change(
      { kind: 'removeNode', id: 'b' },
      { kind: 'addNode', id: 'x', node: base.nodes['b'] ?? { type: 'test/say', v: 1, config: {} } },
      { kind: 'addNode', id: 'y', node: base.nodes['b'] ?? { type: 'test/say', v: 1, config: {} } },
    );
    expect(diffFlows(base, twins).map(({ kind }) => kind)).toEqual([
      'nodeRemoved',
      'nodeAdded',
      'nodeAdded',
      'edgeRemoved',
    ]);
  });

  it('tells every change of meaning and nothing else, whatever the drafts are', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createPrng(seed);
      const before = randomFlow(random);
      let after = before;
      for (let i = random.int(6); i >= 0; i--) {
        const operation = randomOperation(random, after);
        if (operation.kind !== 'replaceDocument') after = applyOperations(after, [operation]).document;
      }
      const at = `seed ${seed}`;
      expect(validatorOf(FlowDocumentSchema).issues(after), at).toEqual([]);
      expect(diffFlows(after, structuredClone(after), registry), at).toEqual([]);
      const there = diffFlows(before, after, registry);
      const back = diffFlows(after, before, registry);
      const count = (list: typeof there, kind: string) => list.filter((entry) => entry.kind === kind).length;
      for (const [one, other] of [
        ['nodeAdded', 'nodeRemoved'],
        ['edgeAdded', 'edgeRemoved'],
        ['noteAdded', 'noteRemoved'],
        ['nodeChanged', 'nodeChanged'],
      ] as const) {
        expect(count(there, one), `${at} ${one}`).toBe(count(back, other));
        expect(count(there, other), `${at} ${other}`).toBe(count(back, one));
      }
      for (const difference of there) expect(difference.text, at).toMatch(/^\S.*\.$/su);
    }
  });
});
