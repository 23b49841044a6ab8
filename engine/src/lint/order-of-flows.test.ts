import { describe, expect, it } from 'vitest';
import { lintable, lintRegistry } from '../../test/lint-nodes.ts';
import type { OtherFlow } from './facts.ts';
import { orderOfFlows } from './order-of-flows.ts';

const price = { match: 'word', keywords: ['price'] };
const flow = (priority: number) =>
  lintable({ m: ['message', { connection: '@shop', ...price }], c: ['send'] }, ['m.out>c'], { settings: { priority } });
const other = (id: string, priority: number, liveSinceMs: number): OtherFlow => ({
  id,
  name: id,
  priority,
  liveSinceMs,
  triggers: [{ type: 'test/message', config: price }],
});

describe('the order of flows', () => {
  it('puts this flow among those that want the same events', () => {
    const otherFlows = [other('low', 10, 1), other('young', 60, 9), other('old', 60, 1), other('top', 90, 5)];
    const [order, ...more] = orderOfFlows(flow(60), lintRegistry, { otherFlows, liveSinceMs: 5 });
    expect(more).toEqual([]);
    expect(order).toMatchObject({ node: 'm', events: '"price"' });
    expect(order?.flows.map(({ id, priority }) => [id, priority])).toEqual([
      ['top', 90],
      ['old', 60],
      [null, 60],
      ['young', 60],
      ['low', 10],
    ]);
  });

  it('is empty when nobody else wants them', () => {
    expect(orderOfFlows(flow(50), lintRegistry, {})).toEqual([]);
    expect(orderOfFlows({}, lintRegistry, {})).toEqual([]);
  });
});
