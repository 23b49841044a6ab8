import {
  DraftOperationSchema,
  FlowDocumentSchema,
  FlowError,
  validatorOf,
  type DraftOperation,
  type FlowDocument,
} from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { flow } from '../../test/nodes.ts';
import { createPrng } from '../../test/prng.ts';
import { randomFlow } from '../../test/random-flow.ts';
import { randomOperation } from '../../test/random-operation.ts';
import { applyOperation, applyOperations, exportFlow, newNodeId, toFlowJson } from './index.ts';

const base = flow(
  { s: ['start'], a: ['say', { text: 'x' }], b: ['say', { text: 'y' }] },
  ['s.out>a', 'a.out>b', 'a.error>b'],
  { layout: { s: [0, 0], a: [0, 100] } },
);

describe('applyOperation', () => {
  it('removes a node with its edges and place, and brings all of it back where it was', () => {
    const { document, inverse } = applyOperation(base, { kind: 'removeNode', id: 'a' });
    expect(document.edges).toEqual([]);
    expect(document.layout).toEqual({ s: [0, 0] });
    expect(inverse.map((operation) => operation.kind)).toEqual(['addNode', 'connect', 'connect', 'connect']);
    expect(applyOperations(document, inverse).document).toEqual(base);
  });

  it('brings back edges that lead nowhere too', () => {
    const odd: FlowDocument = {
      ...base,
      edges: [...base.edges, { from: 'a.out', to: 'gone' }, { from: 's.out', to: 'a' }],
    };
    for (const operation of [
      { kind: 'removeNode', id: 'a' },
      { kind: 'disconnect', edge: { from: 'a.out', to: 'gone' } },
    ] satisfies DraftOperation[]) {
      const { document, inverse } = applyOperation(odd, operation);
      expect(applyOperations(document, inverse).document).toEqual(odd);
    }
  });

  it('keeps the identity of what does not change', () => {
    const { document } = applyOperation(base, { kind: 'setConfig', id: 'a', config: { text: 'z' } });
    expect(document.nodes['b']).toBe(base.nodes['b']);
    expect(document.edges).toBe(base.edges);
    expect(base.nodes['a']?.config).toEqual({ text: 'x' });
  });

  it.each<DraftOperation>([
    { kind: 'addNode', id: 'a', node: { type: 'test/say', v: 1, config: {} } },
    { kind: 'removeNode', id: 'gone' },
    { kind: 'removeNode', id: 'constructor' },
    { kind: 'moveNodes', to: { gone: [0, 0] } },
    { kind: 'setConfig', id: 'gone', config: {} },
    { kind: 'connect', edge: { from: 's.out', to: 'a' } },
    { kind: 'connect', edge: { from: 'gone.out', to: 'a' } },
    { kind: 'disconnect', edge: { from: 's.out', to: 'b' } },
    { kind: 'setNote', id: 'gone', note: null },
    { kind: 'setInput', name: '__proto__', input: { type: 'text', label: 'x' } },
  ])('refuses %j', (operation) => {
    try {
      applyOperation(base, operation);
      expect.unreachable();
    } catch (error) {
      expect(error instanceof FlowError && error.code).toBe('FLOW_OPERATION_INVALID');
    }
  });

  it('applies all or none', () => {
    expect(() =>
      applyOperations(base, [
        { kind: 'setName', name: 'new' },
        { kind: 'removeNode', id: 'gone' },
      ]),
    ).toThrow('There is no node "gone".');
    expect(base.name).toBe('Test');
  });

  it('is undone by its inverse, whatever the document and the operations are', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createPrng(seed);
      let document = randomFlow(random);
      for (let i = 0; i < 25; i++) {
        const operation = randomOperation(random, document);
        const applied = applyOperation(document, operation);
        const context = `seed ${seed}, ${JSON.stringify(operation)}`;
        for (const inverse of applied.inverse)
          expect(validatorOf(DraftOperationSchema).issues(inverse), context).toEqual([]);
        const undone = applyOperations(applied.document, applied.inverse);
        expect(undone.document, context).toEqual(document);
        expect(applyOperations(undone.document, undone.inverse).document, context).toEqual(applied.document);
        document = applied.document;
      }
      expect(validatorOf(FlowDocumentSchema).issues(document), `seed ${seed}`).toEqual([]);
    }
  });
});

describe('newNodeId', () => {
  it.each([
    ['instagram/send-message', 'sendMessage'],
    ['test/a', 'a2'],
    ['x/9-lives', 'node'],
    ['core/a-b-c', 'aBC'],
  ])('%s gives %s', (type, id) => {
    expect(newNodeId(base, type)).toBe(id);
  });
});

describe('exportFlow', () => {
  it('is the same text whatever the order of the keys was, and changes nothing', () => {
    const shuffled = Object.fromEntries(
      Object.entries(base)
        .reverse()
        .map(([key, value]) => [
          key,
          key === 'nodes' ? Object.fromEntries(Object.entries(base.nodes).reverse()) : value,
        ]),
    ) as FlowDocument;
    expect(toFlowJson(shuffled)).toBe(toFlowJson(base));
    expect(exportFlow(base)).toEqual({ ...base, $schema: 'https://heddle.dev/schemas/flow/1.json' });
    expect(validatorOf(FlowDocumentSchema).issues(JSON.parse(toFlowJson(base)))).toEqual([]);
  });
});
