import { applyOperations } from '@heddle/engine';
import type { DraftOperation } from '@heddle/schemas';
import { expect, it } from 'vitest';
import { sampleFlow } from '../testing/sample-flow.ts';
import { coalesceOperations } from './coalesce-operations.ts';

it('keeps the last of neighbours that set the same thing, and has the same effect', () => {
  const operations: DraftOperation[] = [
    { kind: 'setConfig', id: 'set', config: { a: 1 } },
    { kind: 'setConfig', id: 'set', config: { a: 2 } },
    { kind: 'setConfig', id: 'ask', config: {} },
    { kind: 'setConfig', id: 'set', config: { a: 3 } },
    { kind: 'moveNodes', to: { set: [1, 1] } },
    { kind: 'moveNodes', to: { ask: [2, 2], set: [3, 3] } },
    { kind: 'connect', edge: { from: 'set.done', to: 'ask' } },
    { kind: 'disconnect', edge: { from: 'set.done', to: 'ask' } },
  ];
  const coalesced = coalesceOperations(operations);
  expect(coalesced.map((operation) => operation.kind)).toEqual([
    'setConfig',
    'setConfig',
    'setConfig',
    'moveNodes',
    'connect',
    'disconnect',
  ]);
  expect(applyOperations(sampleFlow(), coalesced).document).toEqual(applyOperations(sampleFlow(), operations).document);
});
