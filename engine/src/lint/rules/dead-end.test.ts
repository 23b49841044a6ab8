import { describe, expect, it } from 'vitest';
import { expectFix } from '../../../test/expect-fix.ts';
import { lintable, lintOf } from '../../../test/lint-nodes.ts';

const cases = {
  cases: [
    { id: 'red', title: 'Red' },
    { id: 'blue', title: 'Blue' },
  ],
};
const nodes = { m: ['message'], s: ['switch', cases], a: ['send'] } as const;

describe('dead ends', () => {
  it('are exits that the author made and left open', () => {
    const flow = lintable(nodes, ['m.out>s', 's.red>a']);
    expect(lintOf(flow).issues).toMatchObject([{ code: 'port.deadEnd', node: 's', severity: 'warning' }]);
    expect(expectFix(flow, 'port.deadEnd').edges).toContainEqual({ from: 's.blue', to: 'stop' });
  });

  it('are nodes that decide although nothing follows', () => {
    const flow = lintable({ m: ['message'], s: ['switch', cases] }, ['m.out>s']);
    expect(lintOf(flow).codes).toEqual(['node.deadEnd']);
    expect(expectFix(flow, 'node.deadEnd').nodes).not.toHaveProperty('s');
  });

  it('are not the exits that a last message leaves open, nor a complete switch', () => {
    expect(lintOf(lintable({ m: ['message'], a: ['send'] }, ['m.out>a'])).codes).toEqual([]);
    expect(lintOf(lintable(nodes, ['m.out>s', 's.red>a', 's.blue>a'])).codes).toEqual([]);
  });
});
