import type { FlowDocument } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const plain = lintable({ m: ['message'], a: ['send'] }, ['m.out>a']);
const pinned = (port: string): FlowDocument => {
  const { a, ...nodes } = plain.nodes;
  return { ...plain, nodes: { ...nodes, ...(a === undefined ? {} : { a: { ...a, pin: { port, output: {} } } }) } };
};

describe('pinned outputs', () => {
  it('are for tests, and the fix removes them', () => {
    const port = lintOf(pinned('error')).issues;
    expect(port).toMatchObject([{ code: 'pin.testsOnly', node: 'a', severity: 'warning' }]);
    expect(expectFix(pinned('error'), 'pin.testsOnly').nodes['a']).not.toHaveProperty('pin');
  });

  it('leave by an exit of the node', () => {
    expect(lintOf(pinned('nowhere')).codes).toEqual(['pin.unknownPort']);
    expect(lintOf(plain).codes).toEqual([]);
  });
});
